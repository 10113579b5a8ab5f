using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Kairos.Tests.Hosting;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI.Tests.Agents;

/// <summary>
/// One turn of an agent, set up as an application does it: a host, a real SDK, the function-calling client over the guard, a guarded tool. The
/// model first has the tool called; what it answers to the tool's result is the test's. Virtual time goes on whenever the guard waits.
/// </summary>
internal sealed class AgentTurn : IAsyncDisposable
{
    public static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan MaxGap = TimeSpan.FromSeconds(60);

    private readonly ObservedTimeProvider _time = new();
    private readonly List<TimeSpan> _waits = [];
    private readonly Func<int, Answer> _answers;
    private readonly MisbehavingServer _server;
    private KairosHost _host = null!;
    private int _toolRuns;
    private volatile string _text = "";

    private AgentTurn(Func<TimeProvider, int, Answer> answers)
    {
        _answers = number => answers(_time, number);
        var requests = 0;
        _server = MisbehavingServer.Start(exchange => _answers(Interlocked.Increment(ref requests))(exchange));
    }

    /// <summary>How often the tool really ran.</summary>
    public int ToolRuns => _toolRuns;

    /// <summary>How many requests reached the server.</summary>
    public int Requests => _server.Requests;

    /// <summary>How long the guard waited before each further attempt, in seconds.</summary>
    public IEnumerable<double> Waits => _waits.Select(wait => wait.TotalSeconds);

    /// <summary>What the agent has of the answer.</summary>
    public string Text => _text;

    /// <summary>The model's circuit.</summary>
    public CircuitStatus Circuit => _host.Kairos["llm"].Snapshot!.Circuit;

    /// <summary>Sets the agent up.</summary>
    /// <param name="answers">What the server does at a request, by its number from 1.</param>
    public static async Task<AgentTurn> BeginAsync(Func<TimeProvider, int, Answer> answers)
    {
        var turn = new AgentTurn(answers);
        turn._host = await KairosHost.StartAsync(new KairosHostSetup
        {
            Time = turn._time,
            Options = options => options.Component("llm", c => c with
            {
                Call = c.Call with { AttemptTimeout = AttemptTimeout, StreamMaxGap = MaxGap, Retry = new RetryPolicy { Jitter = 0 } },
            }),
        });
        return turn;
    }

    /// <summary>Runs the turn to its end.</summary>
    /// <param name="provider">Makes the SDK's client.</param>
    /// <param name="stream">Whether the agent asks for a stream.</param>
    /// <param name="stallsMidway">Whether time goes on while the agent waits for the other half of an answer.</param>
    /// <returns>What it ends with; null where that is an answer.</returns>
    public async Task<Exception?> RunAsync(Func<Uri, IChatClient> provider, bool stream, bool stallsMidway = false)
    {
        using var client = provider(_server.Url).AsBuilder().UseFunctionInvocation().UseKairos(_host.Kairos).Build();
        var tools = new AITool[] { AIFunctionFactory.Create(Search, "search") }.WithKairos(_host.Kairos);
        var asking = AskAsync(client, new ChatOptions { Tools = tools }, stream);
        var (delay, limit) = (_time.NextDelayAsync(), NextLimitAsync());
        while (await Task.WhenAny(asking, delay, limit).Soon() != asking)
        {
            if (delay.IsCompleted)
            {
                _waits.Add(await delay);
                _time.Advance(await delay);
                delay = _time.NextDelayAsync();
            }

            if (!limit.IsCompleted) continue;
            if (stallsMidway && await limit == MaxGap && _text == AgentFault.Half) _time.Advance(MaxGap);
            limit = NextLimitAsync();
        }

        return await Record.ExceptionAsync(() => asking);
    }

    /// <summary>The value of each series of a metric, by code and whether it is recoverable; of the model's alone.</summary>
    public async Task<IReadOnlyDictionary<string, double>> ErrorsAsync(string metric) =>
        (await _host.Collect(metric)).Where(series => series.Value > 0).ToDictionary(
            series => series.Key.Replace("component=llm,error.code=", "", StringComparison.Ordinal), series => series.Value);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _server.DisposeAsync();
    }

    private Task<TimeSpan> NextLimitAsync() => _time.NextAsync("AttemptToken");

    private async Task AskAsync(IChatClient client, ChatOptions options, bool stream)
    {
        if (!stream)
        {
            _text = (await client.GetResponseAsync("hi", options)).Text;
            return;
        }

        await foreach (var update in client.GetStreamingResponseAsync("hi", options)) _text += update.Text;
    }

    private string Search()
    {
        Interlocked.Increment(ref _toolRuns);
        return "found";
    }
}
