using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.Agents;

/// <summary>One run of an agent, which may be made more than once: every attempt begins with the session as the first one found it.</summary>
/// <param name="agent">The agent.</param>
/// <param name="messages">What it is told; looked through anew by every attempt.</param>
/// <param name="session">The session; null where the caller keeps none.</param>
/// <param name="options">The caller's options.</param>
/// <param name="before">What the session held before the run; null where there is no session, or no other attempt.</param>
internal sealed class AgentRun(AIAgent agent, IReadOnlyList<ChatMessage> messages, AgentSession? session, AgentRunOptions? options, SessionState? before)
{
    private bool _isRepeated;

    /// <summary>Runs it once.</summary>
    public async ValueTask<AgentResponse> AttemptAsync(CancellationToken cancellationToken)
    {
        BeginAttempt();
        return await agent.RunAsync(messages, session, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Begins its stream once.</summary>
    public IAsyncEnumerable<AgentResponseUpdate> StreamAsync(CancellationToken cancellationToken)
    {
        BeginAttempt();
        return agent.RunStreamingAsync(messages, session, options, cancellationToken);
    }

    private void BeginAttempt()
    {
        if (_isRepeated) before?.Restore();
        _isRepeated = true;
    }
}
