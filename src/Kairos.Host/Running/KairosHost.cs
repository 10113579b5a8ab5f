using System.Runtime.InteropServices;
using Akka.Configuration;
using Akka.Hosting;
using Kairos.Configuration;
using Kairos.Host.Configuration;
using Kairos.Telemetry.Export;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kairos.Host.Running;

/// <summary>Builds and starts the host: actors, telemetry, and a log that goes to standard error, because standard output is the exporter's.</summary>
internal static class KairosHost
{
    public static IHost Build(EffectiveSettings settings, TimeProvider time, Stream stdout, TextWriter people)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "kairos" });
        builder.Logging.SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None) // what it would log is thrown as well, and told in one line
            .AddFilter("Akka", LogLevel.Warning)
            .AddFilter("Akka.Hosting.AkkaHostedService", LogLevel.None) // likewise
            .AddProvider(new LineLoggerProvider(people));
        builder.Services.AddKairos(options => options.TimeProvider = time);
        builder.AddKairosTelemetry(settings.Telemetry, stdout, people);
        builder.Services.AddAkka("kairos", akka => akka
            .AddHocon(settings.Config, HoconAddMode.Prepend)
            .ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
            })
            .WithKairos());
        return builder.Build();
    }

    /// <summary>
    /// A terminal that was closed, or a supervisor that says so, stops it as SIGTERM does, as long as the registration is held. Who has started it
    /// with <c>nohup</c> has it run on.
    /// </summary>
    public static PosixSignalRegistration StopOnHangUp(IHostApplicationLifetime lifetime) => PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
    {
        signal.Cancel = true;
        lifetime.StopApplication();
    });

    private static readonly string[] ActorSections = ["akka", "kairos.dispatcher"];

    /// <summary>Starts it. False when it was told to stop before it had.</summary>
    /// <param name="host">The host.</param>
    /// <param name="settings">What it was built with.</param>
    /// <param name="people">Where people read.</param>
    /// <param name="redirectLibraries">Sends what libraries print to the console to a writer.</param>
    /// <exception cref="SettingsException">The actor system does not start with what the file says for it.</exception>
    public static async Task<bool> StartAsync(IHost host, EffectiveSettings settings, TextWriter people, Action<TextWriter> redirectLibraries)
    {
        // Standard output is the exporter's alone, but libraries print to it as well: while they start, the stack traces of what they throw.
        redirectLibraries(TextWriter.Null);
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        try
        {
            await host.StartAsync().ConfigureAwait(false);
            redirectLibraries(people);
            return true;
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception exception) when (exception is not SettingsException && ActorSettingsOf(settings.Config) is { Count: > 0 } sections)
        {
            var cause = exception.GetBaseException().Message;
            throw new SettingsException([new SettingProblem(string.Join(" or ", sections), null, $"the actor system does not start with that: {cause}")]);
        }
    }

    /// <summary>What a file says for the actor system, which holds from its start on.</summary>
    public static HashSet<(string Key, string? Value)> ActorSettings(Config config) =>
        [.. ActorSections.SelectMany(section => HoconSource.Leaves(config, section)).Select(leaf => (leaf.Name, leaf.Value))];

    /// <summary>What a file says for Akka itself, which nobody has checked.</summary>
    private static List<string> ActorSettingsOf(Config config) =>
        config.IsEmpty ? [] : [.. ActorSections.Where(config.HasPath)];
}
