using Kairos.Extensions.AI;
using Kairos.Host.Chat.Memory;
using Kairos.Host.Chat.Models;
using Kairos.Host.Chat.Tools;
using Kairos.Host.Configuration;
using Kairos.Host.Faults;
using Kairos.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace Kairos.Host.Chat;

/// <summary>
/// The agent: Microsoft.Extensions.AI's function-calling client, its telemetry beneath it, beneath that the guard, the faults that are asked
/// for, and the model.
/// </summary>
internal sealed class Agent : IDisposable
{
    private const int MostRounds = 10;
    private readonly HttpFetch _fetch;

    public Agent(AgentOptions options, IKairos kairos, ILoggerFactory loggers, TimeProvider time)
    {
        var faults = new FaultPlan(options, time);
        _fetch = new HttpFetch(options.Fetch);
        var memory = faults.Of(KairosMemoryExtensions.MemoryComponent, new SqliteMemory(options.MemoryFile, time)).WithKairos(kairos);
        Tools = AgentTools.Create(kairos, new Clock(time), _fetch, new MemoryTools(memory), faults);
        var model = options.BaseUrl.Length == 0 ? new OfflineModel() : RemoteModel.Create(options);
        Client = faults.Of(KairosModelExtensions.ChatComponent, model).AsBuilder()
            .UseFunctionInvocation(configure: calling => calling.MaximumIterationsPerRequest = MostRounds)
            .UseOpenTelemetry(sourceName: TelemetrySource)
            .UseKairos(kairos, options: new ModelGuardOptions { Logger = loggers.CreateLogger("Kairos") })
            .Build();
    }

    /// <summary>The name of Microsoft.Extensions.AI's own telemetry, which goes out beside Kairos'.</summary>
    public const string TelemetrySource = "Experimental.Microsoft.Extensions.AI";

    public IChatClient Client { get; }

    public IList<AITool> Tools { get; }

    /// <summary>Which model answers, in words.</summary>
    public static string Describe(AgentOptions options) => options.BaseUrl.Length == 0
        ? $"{OfflineModel.Name}: a few rules, no language model, no network"
        : $"{options.Model} at {new Uri(options.BaseUrl).GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)}";

    public void Dispose()
    {
        Client.Dispose();
        _fetch.Dispose();
    }
}
