using System.CommandLine;
using System.Text;
using Kairos;
using KairosAgent.Chat;
using KairosAgent.Mcp;
using KairosAgent.Settings;
using KairosAgent.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KairosAgent.Running;

/// <summary><c>kairos-agent</c>: talks with the agent, whose model, tools and memory are guarded.</summary>
internal static class ChatCommand
{
    private const string StandardInput = "-";

    private static readonly Option<string?> PromptFile = new("--prompts")
    {
        Description = "A file of prompts, a line each, or - for standard input. Without one, what is typed or piped in.",
        HelpName = "FILE|-",
    };

    private static readonly Option<string?> Config = new("--config", "-c")
    {
        Description = $"The configuration file. Default: {ConfigFile.DefaultName} in the working folder or beside the program, where there is one.",
        HelpName = "FILE",
        Recursive = true,
    };

    public static RootCommand Create()
    {
        var config = new Command("config", "Prints the agent's own settings, each with where it came from. Secrets are not shown.");
        config.SetAction((parsed, _) => Failures.HandleAsync(() => Task.FromResult(Print(Load(parsed)))));
        var chat = new RootCommand("Talks with an agent: a guarded model, guarded tools, a guarded memory. Answers go to standard output.") { PromptFile, Config, config };
        chat.SetAction((parsed, _) => Failures.HandleAsync(() => RunAsync(Load(parsed), parsed.GetValue(PromptFile))));
        return chat;
    }

    private static AgentSettings Load(ParseResult parsed) => AgentSettings.Load(parsed.GetValue(Config), AgentSettings.OfProcess());

    private static int Print(AgentSettings settings)
    {
        var lines = AgentPrinter.List(settings).ToList();
        var width = lines.Max(line => line.Key.Length + line.Value.Length);
        foreach (var (key, value, origin) in lines) Console.WriteLine(Plain.LineOf($"{$"{key} = {value}".PadRight(width + 3)}  # {origin}"));
        return ExitCodes.Done;
    }

    private static async Task<int> RunAsync(AgentSettings settings, string? promptFile)
    {
        var prompts = ReadPrompts(promptFile);
        foreach (var warning in settings.Warnings) await Console.Error.WriteLineAsync(warning).ConfigureAwait(false);
        var input = Console.In;
        using var host = AgentHost.Build(settings);
        using var hangup = AgentHost.StopWithTerminal(host);
        if (!await AgentHost.StartAsync(host, settings).ConfigureAwait(false)) return ExitCodes.Done;
        var version = typeof(ChatCommand).Assembly.GetName().Version!.ToString(3);
        await Console.Error.WriteLineAsync($"kairos-agent {version} is running, exporter {settings.Exporter}").ConfigureAwait(false);
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
            FinalReport.Write(host.Services.GetRequiredService<IKairos>(), progress, Console.Error);
        }

        // A person has seen what failed; a script has not.
        return isDone && progress.Failed > 0 ? ExitCodes.FailedWhileRunning : ExitCodes.Done;
    }

    private static IReadOnlyList<string>? ReadPrompts(string? path)
    {
        if (path is null) return null;
        try
        {
            using var reader = new StreamReader(path == StandardInput ? Console.OpenStandardInput() : File.OpenRead(path));
            return Prompts.Of(reader);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new SettingsException([new SettingProblem("--prompts", path, $"a file that can be read; {exception.Message}")]);
        }
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
}
