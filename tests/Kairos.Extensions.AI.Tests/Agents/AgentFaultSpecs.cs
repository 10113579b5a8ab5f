using Kairos.Breaking;
using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Faults;

namespace Kairos.Extensions.AI.Tests.Agents;

/// <summary>
/// The table of faults as an agent meets them, with OpenAI's SDK: what it sees, what the metrics say, the circuit, what really reached the
/// server, and how often the tool of the turn ran.
/// </summary>
public sealed class AgentFaultSpecs
{
    private const string Errors = "kairos.errors.total";
    private const string Recovered = "kairos.errors.recovered";

    public static TheoryData<string> OfAnswers => [.. AgentFault.All.Keys, .. AgentFault.OfAnswers.Keys];

    public static TheoryData<string> OfStreams => [.. AgentFault.All.Keys, .. AgentFault.OfStreams.Keys];

    [Theory]
    [MemberData(nameof(OfAnswers))]
    public Task An_answer_that_fails_once(string name) => FailsOnceAsync(name, stream: false);

    [Theory]
    [MemberData(nameof(OfStreams))]
    public Task A_stream_that_fails_once(string name) => FailsOnceAsync(name, stream: true);

    [Theory]
    [MemberData(nameof(OfAnswers))]
    public Task An_answer_that_fails_whenever_it_is_asked_for(string name) => FailsForGoodAsync(name, stream: false);

    [Theory]
    [MemberData(nameof(OfStreams))]
    public Task A_stream_that_fails_whenever_it_is_asked_for(string name) => FailsForGoodAsync(name, stream: true);

    private static async Task FailsOnceAsync(string name, bool stream)
    {
        var fault = FaultOf(name, stream);
        await using var turn = await AgentTurn.BeginAsync((time, number) => number == 2 ? fault.Answer(time) : Good(number, stream));

        var seen = await turn.RunAsync(url => Provider.ClientOf(Provider.OpenAI, url), stream, fault.StallsMidway);

        var once = new Dictionary<string, double> { [KindOf(fault)] = 1 };
        Assert.Equal(once, await turn.ErrorsAsync(Errors));
        Assert.Equal(1, turn.ToolRuns);
        if (!fault.Repeats)
        {
            AssertFailed(fault, turn, seen, attempts: 1);
            Assert.Empty(await turn.ErrorsAsync(Recovered));
            return;
        }

        Assert.Null(seen);
        Assert.Equal(("hello", 3), (turn.Text, turn.Requests));
        Assert.Equal([fault.Wait ?? 0.1], turn.Waits);
        Assert.Equal(once, await turn.ErrorsAsync(Recovered));
        Assert.Equal(fault.Circuit == "open" ? CircuitState.HalfOpen : CircuitState.Closed, turn.Circuit); // one probe call of two has succeeded
    }

    private static async Task FailsForGoodAsync(string name, bool stream)
    {
        var fault = FaultOf(name, stream);
        await using var turn = await AgentTurn.BeginAsync((time, number) => number >= 2 ? fault.Answer(time) : Good(number, stream));

        var seen = await turn.RunAsync(url => Provider.ClientOf(Provider.OpenAI, url), stream, fault.StallsMidway);

        var attempts = fault.Repeats ? 3 : 1;
        AssertFailed(fault, turn, seen, attempts);
        Assert.Equal(1, turn.ToolRuns);
        double[] waits = !fault.Repeats ? [] : fault.Wait is { } wait ? [wait, wait] : [0.1, 0.2];
        Assert.Equal(waits, turn.Waits);
        Assert.Equal(new Dictionary<string, double> { [KindOf(fault)] = attempts }, await turn.ErrorsAsync(Errors));
        Assert.Empty(await turn.ErrorsAsync(Recovered));
    }

    private static void AssertFailed(AgentFault fault, AgentTurn turn, Exception? seen, int attempts)
    {
        Assert.Equal((fault.Sees, fault.Text), (seen?.GetType().Name, turn.Text));
        Assert.Equal((1 + attempts, fault.Circuit), (turn.Requests, turn.Circuit.ToString().ToLowerInvariant()));
    }

    private static AgentFault FaultOf(string name, bool stream) =>
        AgentFault.All.GetValueOrDefault(name) ?? (stream ? AgentFault.OfStreams : AgentFault.OfAnswers)[name];

    private static string KindOf(AgentFault fault) => $"{fault.Code},recoverable={(fault.Recoverable ? "true" : "false")}";

    private static Answer Good(int number, bool stream) => (number, stream) switch
    {
        (1, false) => Answers.Ok(Wire.CallTheTool),
        (1, true) => Wire.Stream(Wire.ToolChunk, Wire.End("tool_calls"), Wire.Done),
        (_, false) => Answers.Ok(Wire.Answer),
        (_, true) => Wire.Stream(Wire.Begin, Wire.Hello, Wire.End("stop"), Wire.Done),
    };
}
