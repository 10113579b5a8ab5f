using System.Runtime.CompilerServices;
using Kairos.Extensions.AI;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.Agents;

/// <summary>An agent under a guard. Each run is a call of its component, and has a budget that all calls beneath it spend from.</summary>
internal sealed class GuardedAgent : DelegatingAIAgent
{
    private const string Operation = "run";
    private readonly Lazy<ComponentGuard> _guard;
    private readonly GuardedCallOptions _call;
    private readonly StreamOptions<AgentResponseUpdate> _stream;
    private readonly int _maxAttempts;

    public GuardedAgent(AIAgent inner, Func<IKairos> kairos, string component, AgentGuardOptions options) : base(inner)
    {
        _guard = LazyGuard.Of(kairos, component, options.Classifier, ToldBeneath.IgnoredBy);
        _call = new GuardedCallOptions { Operation = Operation, IsIdempotent = options.IsIdempotent };
        _stream = new StreamOptions<AgentResponseUpdate> { Operation = Operation, IsIdempotent = options.IsIdempotent };
        _maxAttempts = options.MaxAttempts;
    }

    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType == typeof(ComponentGuard) ? _guard.Value : base.GetService(serviceType, serviceKey);
    }

    protected override async Task<AgentResponse> RunCoreAsync(
        IEnumerable<ChatMessage> messages, AgentSession? session = null, AgentRunOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var budget = CallBudget.Begin(_maxAttempts);
        return await _guard.Value.ExecuteAsync(
            static (run, token) => run.AttemptAsync(token), RunOf(messages, session, options), _call, cancellationToken).ConfigureAwait(false);
    }

    protected override async IAsyncEnumerable<AgentResponseUpdate> RunCoreStreamingAsync(
        IEnumerable<ChatMessage> messages, AgentSession? session = null, AgentRunOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var budget = CallBudget.Begin(_maxAttempts);
        var updates = _guard.Value.ExecuteStreamAsync(
            static (run, token) => run.StreamAsync(token), RunOf(messages, session, options), _stream, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var end = updates.ConfigureAwait(false);
        while (true)
        {
            budget.Resume(); // what one element's flow has set is gone with the next one
            if (!await updates.MoveNextAsync().ConfigureAwait(false)) break;
            yield return updates.Current;
        }
    }

    private AgentRun RunOf(IEnumerable<ChatMessage> messages, AgentSession? session, AgentRunOptions? options) =>
        new(InnerAgent, messages as IReadOnlyList<ChatMessage> ?? [.. messages], session, options, _call.IsIdempotent);
}
