using Kairos.Breaking;
using Kairos.Components;

namespace Kairos.Calls;

/// <summary>The first attempt of a call with a time limit, or whose length matters, made on the spot.</summary>
internal readonly struct TimedAttempt
{
    private readonly ComponentSnapshot _snapshot;
    private readonly long _begin;
    private readonly AttemptToken _token;

    private TimedAttempt(ComponentSnapshot snapshot, long begin, AttemptToken token) => (_snapshot, _begin, _token) = (snapshot, begin, token);

    /// <summary>What ends with the caller's token, the attempt's time or the call's.</summary>
    public CancellationToken Token => _token.Token;

    public static TimedAttempt Begin(in GuardTarget target, ComponentSnapshot snapshot, CancellationToken cancellation)
    {
        var time = target.Runtime.Clock.Provider;
        var begin = time.GetTimestamp();
        var policy = snapshot.Settings.Call;
        var limit = Limits.Shorter(policy.AttemptTimeout, policy.Deadline);
        return new TimedAttempt(snapshot, begin, AttemptToken.Create(time, limit, begin, cancellation));
    }

    /// <summary>It succeeded.</summary>
    public void Succeed(in GuardTarget target)
    {
        _token.Dispose();
        if (_snapshot.Settings.Breaker.SlowCallAfter != TimeSpan.Zero) Accounting.Succeed(target, new CallTicket(_snapshot.Sequence, 0), target.Runtime.Clock.Provider.GetElapsedTime(_begin));
        else if (!Accounting.TrySucceedPlainly(target.Cell, _snapshot)) Accounting.SucceedLate(target, _snapshot);
    }

    /// <summary>It failed.</summary>
    public FailedAttempt Fail(in GuardTarget target, Exception exception)
    {
        var hasElapsed = _token.HasElapsed;
        _token.Dispose();
        var duration = target.Runtime.Clock.Provider.GetElapsedTime(_begin);
        return new FailedAttempt(new CallTicket(_snapshot.Sequence, 0), exception, duration, hasElapsed, target.Runtime.Clock.At(_begin));
    }
}
