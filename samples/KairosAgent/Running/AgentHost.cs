using System.Runtime.InteropServices;
using Akka.Hosting;
using Kairos;
using KairosAgent.Chat;
using KairosAgent.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace KairosAgent.Running;

/// <summary>Builds and starts the host: actors, telemetry, and a log that goes to standard error, because standard output is for answers.</summary>
internal static class AgentHost
{
    private static readonly string[] ActorSections = ["akka", "kairos.dispatcher"];

    public static IHost Build(AgentSettings settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "kairos-agent" });
        builder.Logging.SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None) // what it would log is thrown as well, and told in one line
            .AddFilter("Akka", LogLevel.Warning)
            .AddFilter("Akka.Hosting.AkkaHostedService", LogLevel.None) // likewise
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss.fff ";
                console.ColorBehavior = LoggerColorBehavior.Disabled; // they are commands to a terminal, which the log does not let through
            });
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddKairos(options => options.InjectFromSettings()); // kairos.faults
        builder.AddKairosTelemetry(settings.Telemetry, settings.File);

        // The model's own telemetry goes out beside Kairos'.
        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddMeter(Agent.TelemetrySource))
            .WithTracing(traces => traces.AddSource(Agent.TelemetrySource));
        builder.Services.AddAkka("kairos", akka => akka
            .AddHocon(settings.ForActors, HoconAddMode.Prepend)
            .ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
            })
            .WithKairos());
        return builder.Build();
    }

    /// <summary>Starts it. False when it was told to stop before it had.</summary>
    /// <exception cref="SettingsException">The actor system does not start with what the file says.</exception>
    public static async Task<bool> StartAsync(IHost host, AgentSettings settings)
    {
        // Standard output is for answers alone, but libraries print to it as well: while they start, the stack traces of what they throw.
        Console.SetOut(TextWriter.Null);
        try
        {
            await host.StartAsync().ConfigureAwait(false);
            Console.SetOut(Console.Error);
            return true;
        }
        catch (OperationCanceledException) when (LifetimeOf(host).ApplicationStopping.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception exception) when (exception is not SettingsException && SectionsOfActors(settings) is { Count: > 0 } sections)
        {
            var cause = exception.GetBaseException().Message;
            throw new SettingsException([new SettingProblem(string.Join(" or ", sections), null, $"the actor system does not start with that: {cause}")]);
        }
    }

    /// <summary>A terminal that is closed ends the program in order, as the signals do that the host knows.</summary>
    public static PosixSignalRegistration StopWithTerminal(IHost host) => PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
    {
        context.Cancel = true;
        LifetimeOf(host).StopApplication();
    });

    private static IHostApplicationLifetime LifetimeOf(IHost host) => host.Services.GetRequiredService<IHostApplicationLifetime>();

    /// <summary>What a file says for Akka itself, which nobody has checked.</summary>
    private static List<string> SectionsOfActors(AgentSettings settings) =>
        settings.File.IsEmpty ? [] : [.. ActorSections.Where(settings.File.HasPath)];
}
