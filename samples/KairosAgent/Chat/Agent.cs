using Kairos;
using KairosAgent.Mcp;
using KairosAgent.Memory;
using KairosAgent.Models;
using KairosAgent.Settings;
using KairosAgent.Tools;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace KairosAgent.Chat;

/// <summary>
/// The agent: Microsoft Agent Framework's agent under a guard, over Microsoft.Extensions.AI's function-calling client; its telemetry beneath it, beneath
/// that the guard of the model, or the failover between two guards, and the model.
/// </summary>
internal sealed class Agent : IDisposable
{
    public const string BackupComponent = "llm/backup";

    private const int MostRounds = 10;
    private const int MostAttempts = 100; // what ten rounds may need of two models and a tool that are each tried three times
    private const string Instructions =
        "You are a helpful assistant in a terminal: answer briefly, in plain text. Use the tools where they help: the clock, the calculator, pages from "
        + "the internet, and the memory, which outlasts this conversation. When a tool or the memory is unavailable, say so and go on without it.";

    private readonly HttpFetch _fetch;
    private readonly IChatClient _model;

    /// <summary>Puts it together.</summary>
    /// <param name="options">What it is set up with.</param>
    /// <param name="ofServers">The tools of servers.</param>
    /// <param name="kairos">What guards it.</param>
    /// <param name="loggers">Where its guards log to.</param>
    /// <param name="time">Where time comes from.</param>
    public Agent(AgentOptions options, IReadOnlyList<ServerTool> ofServers, IKairos kairos, ILoggerFactory loggers, TimeProvider time)
    {
        _fetch = new HttpFetch(options.Fetch);
        var memory = new SqliteMemory(options.MemoryFile, time).WithKairos(kairos);
        var tools = AgentTools.Create(kairos, new Clock(time), _fetch, new MemoryTools(memory), ofServers);
        var guard = new ModelGuardOptions { Logger = loggers.CreateLogger("Kairos") };
        FirstModel = options.Backup.IsGiven ? KairosFailoverExtensions.PrimaryComponent : KairosModelExtensions.ChatComponent;
        var builder = (options.Model.IsGiven ? RemoteModel.Create(options.Model) : new OfflineModel()).AsBuilder()
            .UseFunctionInvocation(configure: calling => calling.MaximumIterationsPerRequest = MostRounds)
            .UseOpenTelemetry(sourceName: TelemetrySource);
        if (options.Backup.IsGiven)
        {
            var backup = new ModelRoute(BackupComponent, RemoteModel.Create(options.Backup));
            builder.UseKairosFailover(kairos, [backup], new FailoverOptions { Model = guard });
        }
        else
        {
            builder.UseKairos(kairos, options: guard);
        }

        _model = builder.Build();
        Runs = new ChatClientAgent(
            _model,
            new ChatClientAgentOptions
            {
                ChatOptions = new ChatOptions { Instructions = Instructions, Tools = tools },
                ChatHistoryProvider = History,
                UseProvidedChatClientAsIs = true, // it calls functions already
            },
            loggers)
            .AsBuilder()
            .UseKairos(kairos, AgentKeys.Component, new AgentGuardOptions { MaxAttempts = MostAttempts })
            .Build();
    }

    /// <summary>The name of Microsoft.Extensions.AI's own telemetry, which goes out beside Kairos'.</summary>
    public const string TelemetrySource = "Experimental.Microsoft.Extensions.AI";

    /// <summary>What runs a turn.</summary>
    public AIAgent Runs { get; }

    /// <summary>Where a session has its messages.</summary>
    public InMemoryChatHistoryProvider History { get; } = new();

    /// <summary>The component of the model that is asked first.</summary>
    public string FirstModel { get; }

    /// <summary>Which model answers, in words, and which stands in for it.</summary>
    public static string Describe(AgentOptions options) =>
        !options.Model.IsGiven ? $"{OfflineModel.Name}: a few rules, no language model, no network"
        : options.Backup.IsGiven ? $"{Describe(options.Model)}, or {Describe(options.Backup)}"
        : Describe(options.Model);

    public void Dispose()
    {
        _model.Dispose();
        _fetch.Dispose();
    }

    private static string Describe(ModelOptions model) =>
        $"{model.Name} at {new Uri(model.BaseUrl).GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)}";
}
