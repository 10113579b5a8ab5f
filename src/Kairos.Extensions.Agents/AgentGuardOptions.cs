using Microsoft.Extensions.Logging;

namespace Kairos;

/// <summary>
/// What is special about a guarded agent. Immutable and thread-safe. Time limits, retries and the breaker are the component's settings, not
/// these.
/// </summary>
public sealed record AgentGuardOptions
{
    /// <summary>Nothing special.</summary>
    public static readonly AgentGuardOptions Default = new();

    /// <summary>Turns exceptions into errors, with <see cref="AgentErrors.ForAgents"/> added. Default: the classifier of Kairos' options.</summary>
    public ErrorClassifier? Classifier { get; init; }

    /// <summary>
    /// Whether a run may be made again after it has failed, if the component's <c>call.retry.max-attempts</c> allows it. Default false: the run may
    /// have called tools that must not run twice. A run that is made again finds the state of its session as it was before.
    /// </summary>
    public bool IsIdempotent { get; init; }

    /// <summary>
    /// The attempts that a run may spend in all, its own and those of the models and tools that it calls: retries inside retries cannot multiply. At
    /// least 1; default 50. A run within a <see cref="CallBudget"/> spends from that one too.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int MaxAttempts
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxAttempts));
            field = value;
        }
    } = 50;

    /// <summary>Where warnings go. Default: the logger factory of the services, where the agent is built with them and they have one; else the actor
    /// system's log.</summary>
    public ILogger? Logger { get; init; }
}
