using System.Runtime.CompilerServices;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.Agents.Tests;

/// <summary>An agent that runs the one within it, and then fails so many times. What the run wrote into the session is there by then.</summary>
internal sealed class FaultyAgent(AIAgent inner, int failures) : DelegatingAIAgent(inner)
{
    public const string Leftover = "leftover";

    public int Failures { get; set; } = failures;

    public int Runs { get; private set; }

    /// <summary>What is thrown each time; null for a new exception.</summary>
    public Exception? Failure { get; init; }

    protected override async Task<AgentResponse> RunCoreAsync(
        IEnumerable<ChatMessage> messages, AgentSession? session = null, AgentRunOptions? options = null, CancellationToken cancellationToken = default)
    {
        var response = await base.RunCoreAsync(messages, session, options, cancellationToken);
        FailOrReturn(session);
        return response;
    }

    protected override async IAsyncEnumerable<AgentResponseUpdate> RunCoreStreamingAsync(
        IEnumerable<ChatMessage> messages, AgentSession? session = null, AgentRunOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var updates = new List<AgentResponseUpdate>();
        await foreach (var update in base.RunCoreStreamingAsync(messages, session, options, cancellationToken)) updates.Add(update);
        FailOrReturn(session);
        foreach (var update in updates) yield return update;
    }

    private void FailOrReturn(AgentSession? session)
    {
        Runs++;
        if (Failures-- <= 0) return;
        session?.StateBag.SetValue(Leftover, "of a run that failed");
        throw Failure ?? new IOException("The agent's own service is down.");
    }
}
