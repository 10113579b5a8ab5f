using Kairos.CircuitBreaker;
using Kairos.State;

namespace Kairos.Calls;

/// <summary>An attempt that was made before the engine took over, and how it failed.</summary>
/// <param name="Ticket">What it was admitted with.</param>
/// <param name="Exception">What it ended with.</param>
/// <param name="Duration">How long it took, where that was measured.</param>
/// <param name="Elapsed">The limit whose time was up; null where none was.</param>
/// <param name="Begin">When it began, where that matters.</param>
internal readonly record struct FailedAttempt(CallTicket Ticket, Exception Exception, TimeSpan? Duration, TimeLimit? Elapsed, TimeSpan? Begin);

/// <summary>The first attempt of a call through a closed circuit, made on the spot. Where the call has no limits and nobody measures it, it has no
/// token and no clock.</summary>
internal readonly struct FirstAttempt
{
    private readonly ComponentSnapshot _snapshot;
    private readonly long _begin;
    private readonly AttemptToken _token;

    private FirstAttempt(ComponentSnapshot snapshot, long begin, AttemptToken token) => (_snapshot, _begin, _token) = (snapshot, begin, token);

    /// <summary>What ends with the caller's token, the attempt's time or the call's.</summary>
    public CancellationToken Token => _token.Token;

    private CallTicket Ticket => new(_snapshot.Sequence, 0);

    /// <summary>One without limits, which began before.</summary>
    public static FirstAttempt Plain(ComponentSnapshot snapshot) => new(snapshot, 0, default);

    /// <summary>Begins one with its limits.</summary>
    public static FirstAttempt Begin(MonotonicClock clock, ComponentSnapshot snapshot, CancellationToken cancellationToken)
    {
        var begin = clock.Provider.GetTimestamp();
        var limit = TimeLimit.OfFirstAttempt(snapshot.Settings.Call).Left;
        return new FirstAttempt(snapshot, begin, AttemptToken.Create(clock.Provider, limit, cancellationToken));
    }

    /// <summary>It succeeded.</summary>
    public void Succeed(in GuardTarget target)
    {
        _token.Dispose();
        var isMeasured = _snapshot.Settings.Breaker.SlowCallAfter != TimeSpan.Zero;
        if (!isMeasured && OutcomeReporter.TrySucceed(target.Handle, _snapshot)) return;
        OutcomeReporter.Succeed(target, Ticket, isMeasured ? target.Runtime.Clock.Provider.GetElapsedTime(_begin) : null);
    }

    /// <summary>It failed.</summary>
    public FailedAttempt Fail(in GuardTarget target, Exception exception)
    {
        if (_snapshot.IsPlain) return new FailedAttempt(Ticket, exception, null, null, null);
        var limit = _token.HasElapsed ? TimeLimit.OfFirstAttempt(_snapshot.Settings.Call) : (TimeLimit?)null;
        _token.Dispose();
        return new FailedAttempt(Ticket, exception, target.Runtime.Clock.Provider.GetElapsedTime(_begin), limit, target.Runtime.Clock.At(_begin));
    }
}
