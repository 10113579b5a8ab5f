using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI.Tests.Agents;

/// <summary>An agent whose model fails after the tool of the turn has run, and what must come of it.</summary>
/// <param name="provider">Makes the SDK's client.</param>
/// <param name="good">What the server answers when it is well, at a request by its number from 1: a call of the tool, then <c>hello</c>.</param>
internal sealed class AgentUnderFault(Func<Uri, IChatClient> provider, Func<int, Answer> good)
{
    private const string Recorded = "kairos.errors.total";
    private const string Recovered = "kairos.errors.recovered";

    /// <summary>The model fails once: what is worth repeating ends well, and its error has recovered.</summary>
    public async Task FailsOnceAsync(AgentFault fault, bool stream)
    {
        await using var turn = await AgentTurn.BeginAsync((time, number) => number == 2 ? fault.Answer(time) : good(number));

        var seen = await turn.RunAsync(provider, stream, fault.StallsMidway);

        var once = new Dictionary<string, double> { [KindOf(fault)] = 1 };
        Assert.Equal(once, await turn.ErrorsAsync(Recorded));
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
        Assert.Equal(fault.Circuit == "open" ? CircuitStatus.HalfOpen : CircuitStatus.Closed, turn.Circuit); // one probe call of two has succeeded
    }

    /// <summary>The model fails whenever it is asked: the agent sees how, and nothing has recovered.</summary>
    public async Task FailsForGoodAsync(AgentFault fault, bool stream)
    {
        await using var turn = await AgentTurn.BeginAsync((time, number) => number >= 2 ? fault.Answer(time) : good(number));

        var seen = await turn.RunAsync(provider, stream, fault.StallsMidway);

        var attempts = fault.Repeats ? 3 : 1;
        AssertFailed(fault, turn, seen, attempts);
        Assert.Equal(1, turn.ToolRuns);
        double[] waits = !fault.Repeats ? [] : fault.Wait is { } wait ? [wait, wait] : [0.1, 0.2];
        Assert.Equal(waits, turn.Waits);
        Assert.Equal(new Dictionary<string, double> { [KindOf(fault)] = attempts }, await turn.ErrorsAsync(Recorded));
        Assert.Empty(await turn.ErrorsAsync(Recovered));
    }

    private static void AssertFailed(AgentFault fault, AgentTurn turn, Exception? seen, int attempts)
    {
        var failed = Assert.IsType<ModelFailedException>(seen);
        Assert.Equal((fault.Sees, fault.Text), (failed.InnerException?.GetType().Name, turn.Text));
        Assert.Equal(("llm", fault.Code, fault.Wait), (failed.Component, failed.Code.ToWireName(), failed.RetryAfter?.TotalSeconds));
        Assert.Equal((1 + attempts, fault.Circuit), (turn.Requests, turn.Circuit.ToString().ToLowerInvariant()));
    }

    private static string KindOf(AgentFault fault) => $"{fault.Code},recoverable={(fault.Recoverable ? "true" : "false")}";
}
