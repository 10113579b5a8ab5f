using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Kairos.Benchmarks.Hosts;

/// <summary>
/// Two hosts whose start is timed: one with Akka.Hosting and nothing else, one that has Kairos too. Each says on standard output when it is
/// there, and stops when its standard input ends.
/// </summary>
internal static class HostPrograms
{
    public const string Empty = "empty-host";
    public const string WithKairos = "kairos-host";
    public const string IsThere = "ready";

    public static async Task<int> RunAsync(bool withKairos)
    {
        using var host = Build(withKairos);
        await host.StartAsync();
        if (withKairos) await WaitUntilHealthyAsync(host.Services.GetRequiredService<IKairos>());
        await Console.Out.WriteLineAsync(IsThere);
        await Console.In.ReadToEndAsync();
        await host.StopAsync();
        return 0;
    }

    private static IHost Build(bool withKairos)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "host" });
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole();
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (withKairos) builder.Services.AddKairos();
        builder.Services.AddAkka("host", akka =>
        {
            akka.ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
            });
            if (withKairos) akka.WithKairos();
        });
        return builder.Build();
    }

    /// <summary>The components that the configuration names are created by messages: this waits for the snapshots of all of them.</summary>
    private static async Task WaitUntilHealthyAsync(IKairos kairos)
    {
        while (kairos.Snapshots.Count < kairos.Settings.Components.Length) await Task.Yield();
        if (kairos.Snapshots.Any(snapshot => snapshot.Health != ComponentHealth.Healthy || snapshot.Circuit != CircuitStatus.Closed))
            throw new InvalidOperationException("A component is not healthy.");
    }
}
