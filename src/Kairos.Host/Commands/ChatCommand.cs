using System.CommandLine;
using System.Text;
using Kairos.Host.Chat;
using Kairos.Host.Chat.Tools.Mcp;
using Kairos.Host.Configuration;
using Kairos.Host.Journal;
using Kairos.Host.Running;
using Kairos.Hosting;
using Kairos.Hosting.Settings;
using Kairos.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kairos.Host.Commands;

/// <summary><c>kairos chat</c>: a small agent, whose model, tools and memory are guarded.</summary>
internal static class ChatCommand
{
    private const string ExporterKey = "kairos.telemetry.exporter";

    private static readonly Option<string?> PromptFile = new("--prompts")
    {
        Description = "A file of prompts, a line each, or - for standard input. Without one, what is typed or piped in.",
        HelpName = "FILE|-",
    };

    public static Command Create()
    {
        var command = new Command("chat", "Talks with an agent: a guarded model, guarded tools, a guarded memory. Answers go to standard output.") { PromptFile };
        command.SetAction((parsed, _) => Failures.HandleAsync(() => RunAsync(
            ForChat(SettingsLoader.Load(parsed.GetValue(SharedOptions.Config), Variables.OfProcess())), parsed.GetValue(PromptFile))));
        return command;
    }

    /// <summary>Standard output is the answers': the exporter that writes there is neither the default nor allowed.</summary>
    private static EffectiveSettings ForChat(EffectiveSettings settings)
    {
        if (settings.Telemetry.Options.Exporter != TelemetryExporter.Stdout) return settings;
        if (settings.Origins.TryGetValue(ExporterKey, out var origin))
            throw new SettingsException([new SettingProblem($"{ExporterKey} ({origin})", "stdout", "with chat standard output is for answers; allowed is otlp or none")]);
        return settings with { Telemetry = settings.Telemetry with { Options = settings.Telemetry.Options with { Exporter = TelemetryExporter.None } } };
    }

    private static async Task<int> RunAsync(EffectiveSettings settings, string? promptFile)
    {
        var prompts = ReadPrompts(promptFile);
        foreach (var warning in settings.Warnings) await Console.Error.WriteLineAsync(warning).ConfigureAwait(false);
        var input = Console.In;
        using var host = KairosHost.Build(settings, TimeProvider.System, Stream.Null, services => AddModelTelemetry(services, settings));
        if (!await KairosHost.StartAsync(host, settings).ConfigureAwait(false)) return ExitCodes.Done;
        var kairos = host.Services.GetRequiredService<IKairos>();
        using var reloader = ConfigReloader.Watch(kairos, settings, host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Kairos.Host"));
        StartReport.Write(settings.Telemetry.Options);
        await Console.Error.WriteLineAsync($"model {Agent.Describe(settings.Agent)}").ConfigureAwait(false);

        var progress = new ChatProgress();
        var isDone = false;
        try
        {
            var wasTold = await TalkAsync(host.Services, settings.Agent, prompts, input, progress).ConfigureAwait(false);
            isDone = !wasTold && (prompts is not null || Console.IsInputRedirected);
        }
        finally
        {
            await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
            FinalReport.Write(kairos, progress);
        }

        // A person has seen what failed; a script has not.
        return isDone && progress.Failed > 0 ? ExitCodes.FailedWhileRunning : ExitCodes.Done;
    }

    private static IReadOnlyList<string>? ReadPrompts(string? path)
    {
        if (path is null) return null;
        using var reader = new StreamReader(JournalSource.Open("--prompts", path));
        return Prompts.Of(reader);
    }

    /// <summary>Talks until the prompts end. True when it was told to stop; what was asked until then is accounted for.</summary>
    private static async Task<bool> TalkAsync(
        IServiceProvider services, AgentOptions options, IReadOnlyList<string>? prompts, TextReader input, ChatProgress progress)
    {
        var kairos = services.GetRequiredService<IKairos>();
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        await using var answers = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
        try
        {
            await using var servers = await McpServers.StartAsync(options, kairos, Console.Error, stopping).ConfigureAwait(false);
            using var agent = new Agent(options, servers.Tools, kairos, services.GetRequiredService<ILoggerFactory>(), TimeProvider.System);
            await AskAsync(new ChatLoop(new Conversation(agent), progress, answers, Console.Error), prompts, input, stopping).ConfigureAwait(false);
            return false;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return true;
        }
    }

    private static Task AskAsync(ChatLoop loop, IReadOnlyList<string>? prompts, TextReader input, CancellationToken stopping)
    {
        if (prompts is null)
            return loop.RunAsync(Prompts.ReadAsync(input, Console.IsInputRedirected ? null : Console.Error, stopping), _ => { }, stopping);
        var bar = new PromptBar(prompts.Count, Console.IsOutputRedirected && !Console.IsErrorRedirected, Console.Error);
        return loop.RunAsync(prompts.ToAsyncEnumerable(), bar.Show, stopping);
    }

    /// <summary>The model's own telemetry goes out beside Kairos', where anything does.</summary>
    private static void AddModelTelemetry(IServiceCollection services, EffectiveSettings settings)
    {
        var options = settings.Telemetry.Options;
        if (!options.ExportsAnything) return;
        var telemetry = services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(Agent.TelemetrySource));
        if (options.Exporter == TelemetryExporter.Otlp) telemetry.WithTracing(traces => traces.AddSource(Agent.TelemetrySource));
    }
}
