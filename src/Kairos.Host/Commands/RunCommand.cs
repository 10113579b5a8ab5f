using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Kairos.Host.Configuration;
using Kairos.Host.Journal;
using Kairos.Host.Running;
using Kairos.Telemetry.Export;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kairos.Host.Commands;

/// <summary><c>kairos run</c>: the host.</summary>
internal static class RunCommand
{
    public static readonly Option<string?> Events = new("--events", "-e")
    {
        Description = "The journal to feed: a file, or - for standard input. Without one, what is piped in; else the host runs until it is told to stop.",
        HelpName = "FILE|-",
    };

    public static readonly Option<double> Speed = new("--speed", "-s")
    {
        Description = "Plays the times of a journal so many times as fast, with all clocks of the components. 0.01 to 10000.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
        CustomParser = ParseSpeed,
    };

    public static Command Create()
    {
        var command = new Command("run", "Starts the components, feeds them a journal, and exports telemetry. " + ExitCodes.InWords) { Events, Speed };
        Configure(command);
        return command;
    }

    /// <summary>Makes a command run the host; the root command does so too.</summary>
    public static void Configure(Command command)
    {
        command.SetAction((parsed, stop) => Failures.HandleAsync(parsed, around => RunAsync(
            SettingsLoader.Load(parsed.GetValue(SharedOptions.Config), around.Variables),
            parsed.GetValue(Events),
            parsed.GetValue(Speed),
            around,
            stop)));
    }

    private static async Task<int> RunAsync(EffectiveSettings settings, string? events, double speed, Surroundings around, CancellationToken stop)
    {
        await using var journal = events is not null ? JournalSource.Open("--events", events, around.Input)
            : around.IsInputRedirected ? around.Input()
            : Stream.Null;
        foreach (var warning in settings.Warnings) await around.Error.WriteLineAsync(warning).ConfigureAwait(false);

        var time = new AcceleratedTimeProvider(speed);
        await using var stdout = around.Exports();
        using var host = KairosHost.Build(settings, time, stdout, around.Error);
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        using var hangUp = KairosHost.StopOnHangUp(lifetime); // for the whole run: a registration that nobody holds is gone after a garbage collection
        using var told = stop.Register(lifetime.StopApplication);
        if (!await KairosHost.StartAsync(host, settings, around.Error, around.RedirectLibraries).ConfigureAwait(false)) return ExitCodes.Done;
        var kairos = host.Services.GetRequiredService<IKairos>();
        var exports = host.Services.GetRequiredService<ExportHealth>();
        using var reloader = ConfigReloader.Watch(kairos, settings, around.Variables, host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Kairos.Host"));
        StartReport.Write(settings.Telemetry.Options, around.Error);
        var stopping = lifetime.ApplicationStopping;

        var feeder = new JournalFeeder(kairos, time, isLive: journal is not FileStream { CanSeek: true }, new WrongLines(events ?? JournalSource.StandardInput, around.Error));
        var progress = new ProgressReporter(feeder.Progress, exports, around.Error);
        try
        {
            var isFed = await FeedAsync(feeder, journal, events, stopping).ConfigureAwait(false);
            if (!isFed) await WaitAsync(stopping).ConfigureAwait(false);
        }
        finally
        {
            await progress.DisposeAsync().ConfigureAwait(false);

            // Callers have stopped; the actors drain and stop; only then is what they counted exported.
            await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
            FinalReport.Write(kairos, feeder.Progress, around.Error);
        }

        return feeder.Progress.Skipped == 0 ? ExitCodes.Done : ExitCodes.LinesSkipped;
    }

    /// <summary>Feeds what there is to feed. False when there is nothing, and the host should just run.</summary>
    private static async Task<bool> FeedAsync(JournalFeeder feeder, Stream journal, string? events, CancellationToken stopping)
    {
        try
        {
            await feeder.FeedAsync(journal, stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return true;
        }

        // Standard input that was closed or empty from the start is no journal: that is how services are started.
        return events is not null || feeder.Progress.Accepted + feeder.Progress.Skipped > 0;
    }

    private static double ParseSpeed(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var speed) && speed is >= 0.01 and <= 10_000)
            return speed;
        result.AddError($"--speed = '{text}': allowed is a number from 0.01 to 10000");
        return 1;
    }

    private static async Task WaitAsync(CancellationToken stopping)
    {
        var stopped = new TaskCompletionSource();
        await using var registration = stopping.Register(stopped.SetResult).ConfigureAwait(false);
        await stopped.Task.ConfigureAwait(false);
    }
}
