using System.Runtime.CompilerServices;
using Kairos.Extensions.AI;
using Kairos.Hosting;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Kairos.Extensions.Agents;

/// <summary>An agent under a guard. Each run is a call of its component, and has a budget that all calls beneath it spend from.</summary>
internal sealed class GuardedAgent : DelegatingAIAgent
{
    private const string Operation = "run";
    private static readonly Ways Once = new(false);
    private static readonly Ways Repeatable = new(true);
    private readonly Lazy<ComponentGuard> _guard;
    private readonly Lazy<ILogger> _logger;
    private readonly AgentGuardOptions _options;
    private int _hasWarned;

    public GuardedAgent(AIAgent inner, Func<IKairos> kairos, string component, AgentGuardOptions options, IServiceProvider? services) : base(inner)
    {
        _guard = LazyGuard.Of(kairos, component, options.Classifier);
        var logger = options.Logger ?? services?.GetService<ILoggerFactory>()?.CreateLogger("Kairos");
        _logger = new Lazy<ILogger>(() => logger ?? AkkaLogger.Of(kairos()));
        _options = options;
    }

    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType == typeof(ComponentGuard) ? _guard.Value : base.GetService(serviceType, serviceKey);
    }

    protected override async Task<AgentResponse> RunCoreAsync(
        IEnumerable<ChatMessage> messages, AgentSession? session = null, AgentRunOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var budget = CallBudget.Begin(_options.MaxAttempts);
        var (run, ways) = RunOf(messages, session, options);
        return await _guard.Value.ExecuteAsync(static (run, token) => run.AttemptAsync(token), run, ways.Call, cancellationToken).ConfigureAwait(false);
    }

    protected override async IAsyncEnumerable<AgentResponseUpdate> RunCoreStreamingAsync(
        IEnumerable<ChatMessage> messages, AgentSession? session = null, AgentRunOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var budget = CallBudget.Begin(_options.MaxAttempts);
        var (run, ways) = RunOf(messages, session, options);
        var updates = _guard.Value.ExecuteStreamAsync(
            static (run, token) => run.StreamAsync(token), run, ways.Stream, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var end = updates.ConfigureAwait(false);
        while (true)
        {
            budget.Resume(); // what one element's flow has set is gone with the next one
            if (!await updates.MoveNextAsync().ConfigureAwait(false)) break;
            yield return updates.Current;
        }
    }

    /// <summary>A run, and how it is made. One whose session could not be put back is made once.</summary>
    private (AgentRun Run, Ways Ways) RunOf(IEnumerable<ChatMessage> messages, AgentSession? session, AgentRunOptions? options)
    {
        Exception? reason = null;
        var before = _options.IsIdempotent && session is not null ? SessionState.Of(session, out reason) : null;
        if (reason is not null && Interlocked.Exchange(ref _hasWarned, 1) == 0)
            AgentLog.NotRepeatable(_logger.Value, _guard.Value.Component, reason.GetType().Name);
        var run = new AgentRun(InnerAgent, messages as IReadOnlyList<ChatMessage> ?? [.. messages], session, options, before);
        return (run, _options.IsIdempotent && reason is null ? Repeatable : Once);
    }

    /// <summary>How a run is made, as a call and as a stream.</summary>
    private sealed class Ways(bool isIdempotent)
    {
        public GuardedCallOptions Call { get; } = new() { Operation = Operation, IsIdempotent = isIdempotent, IsRecordedBeneath = ToldBeneath.Has };

        public StreamOptions<AgentResponseUpdate> Stream { get; } = new() { Operation = Operation, IsIdempotent = isIdempotent, IsRecordedBeneath = ToldBeneath.Has };
    }
}
