using Kairos.CircuitBreaker;

namespace Kairos.Tests.CircuitBreaker;

/// <summary>
/// The breaker once more, from the words of the design alone and as plainly as possible: mutable, a list of every call, a loop for the
/// growth. It knows nothing of jitter. Where the words leave a choice, it reads them so: a verdict of unhealthy is a trip; the ratio rules
/// are looked at when a failure or a slow call has been counted. It has an admission of its own, without slots or a picture: one call at a
/// time, and all at once.
/// </summary>
internal sealed class NaiveBreaker
{
    private readonly List<(TimeSpan At, bool Failed, bool Slow)> _calls = [];
    private readonly Dictionary<long, TimeSpan> _leaseEnds = [];
    private BreakerPolicy _policy = new();
    private TimeSpan _now;
    private int _failuresInARow;
    private int _openingsInARow;
    private int _probesThatSucceeded;
    private long _leasesGiven;

    public CircuitStatus Circuit { get; private set; } = CircuitStatus.Closed;

    /// <summary>Until when it is open; null when it is not, or when it is isolated.</summary>
    public TimeSpan? Deadline { get; private set; }

    public List<CircuitTransition> Transitions { get; } = [];

    public Admission? Apply(BreakerPolicy policy, BreakerInput? told, TimeSpan now)
    {
        _policy = policy;
        while (NextDeadline() is { } due && due <= now)
        {
            _now = due;
            if (Circuit == CircuitStatus.Open) GoTo(CircuitStatus.HalfOpen, TransitionReason.Deadline);
            else OpenByRule(TransitionReason.ProbeExpired, retryAfter: null);
        }

        _now = now;
        if (told is not { } input) return Admit();
        var (kind, lease, slow) = (input.Kind, input.Ticket.Lease, input.Duration >= policy.SlowCallAfter && policy.SlowCallAfter.Ticks > 0);
        var isOutcome = kind is BreakerInputKind.Success or BreakerInputKind.Failure or BreakerInputKind.Neutral;
        var isOfToday = input.Ticket.Generation == Transitions.Count && (Circuit != CircuitStatus.HalfOpen || _leaseEnds.ContainsKey(lease));
        if (isOutcome && input.Ticket != CallTicket.Report && !isOfToday)
        {
            if (kind == BreakerInputKind.Failure && Circuit == CircuitStatus.Open) Extend(input.Error!.RetryAfter);
            return null;
        }

        if (kind == BreakerInputKind.Success) Succeed(lease, slow);
        else if (kind == BreakerInputKind.Neutral || input.Error?.Verdict == Verdict.Ignore) _leaseEnds.Remove(lease);
        else if (kind == BreakerInputKind.Failure) Fail(input.Error!, slow);
        else if (kind == BreakerInputKind.Traffic) Remember(input.Count, failed: false, slow: false);
        else if (kind == BreakerInputKind.Unhealthy && Circuit != CircuitStatus.Open) Open(TransitionReason.Health, Lasting());
        else if (kind == BreakerInputKind.Isolate && Circuit != CircuitStatus.Open) Open(TransitionReason.Manual, lasting: null);
        else if (kind == BreakerInputKind.Isolate) Deadline = null;
        else if (kind == BreakerInputKind.Reset) Close(TransitionReason.Manual);
        return null;
    }

    private TimeSpan? NextDeadline() =>
        Circuit == CircuitStatus.HalfOpen && _leaseEnds.Count > 0 ? _leaseEnds.Values.Min() : Deadline;

    private Admission Admit()
    {
        var isProbe = Circuit == CircuitStatus.HalfOpen && _leaseEnds.Count < _policy.HalfOpenCalls;
        if (isProbe) _leaseEnds.Add(++_leasesGiven, _now + _policy.ProbeLease);
        return isProbe ? Admission.Admit(Transitions.Count, _leasesGiven)
            : Circuit == CircuitStatus.Closed || _policy.Mode == BreakerMode.Observe ? Admission.Admit(Transitions.Count)
            : Admission.Reject(Deadline - _now);
    }

    private void Succeed(long lease, bool slow)
    {
        _leaseEnds.Remove(lease);
        if (Circuit == CircuitStatus.HalfOpen)
        {
            if (++_probesThatSucceeded >= _policy.SuccessThreshold) Close(TransitionReason.Successes);
            return;
        }

        _failuresInARow = 0;
        Remember(1, failed: false, slow);
        if (slow && BrokenRule() is { } reason) OpenByRule(reason, retryAfter: null);
    }

    private void Fail(KairosError error, bool slow)
    {
        if (Circuit == CircuitStatus.Open)
        {
            Extend(error.RetryAfter);
            return;
        }

        if (error is { Verdict: Verdict.Gate, RetryAfter: { } wait }) Open(TransitionReason.RateLimit, wait);
        else if (error.Verdict == Verdict.Gate) Open(TransitionReason.RateLimit, Lasting());
        else if (error.Verdict == Verdict.Trip) Open(ReasonToTrip(error.Code), Later(Lasting(), error.RetryAfter));
        else if (Circuit == CircuitStatus.HalfOpen) OpenByRule(TransitionReason.ProbeFailed, error.RetryAfter);
        else
        {
            _failuresInARow++;
            Remember(1, failed: true, slow);
            if (BrokenRule() is { } reason) OpenByRule(reason, error.RetryAfter);
        }
    }

    private void Extend(TimeSpan? retryAfter)
    {
        if (_now + retryAfter > Deadline) Deadline = _now + retryAfter;
    }

    private TransitionReason? BrokenRule()
    {
        if (Circuit != CircuitStatus.Closed) return null;
        if (_policy.ConsecutiveFailures > 0 && _failuresInARow >= _policy.ConsecutiveFailures) return TransitionReason.Failures;
        var recent = _calls.FindAll(IsRecent);
        if (recent.Count < _policy.MinimumThroughput) return null;
        var (failed, slow) = (recent.Count(call => call.Failed), recent.Count(call => call.Slow));
        if (_policy.FailureRatio > 0 && failed >= _policy.FailureRatio * recent.Count) return TransitionReason.FailureRatio;
        return _policy.SlowCallRatio > 0 && slow >= _policy.SlowCallRatio * recent.Count ? TransitionReason.SlowCalls : null;
    }

    private void Remember(long calls, bool failed, bool slow)
    {
        if (Circuit != CircuitStatus.Closed || (_policy.FailureRatio == 0 && _policy.SlowCallRatio == 0)) return;
        _calls.RemoveAll(call => !IsRecent(call)); // what a window has lost, a longer one does not bring back
        for (; calls > 0; calls--) _calls.Add((_now, failed, slow));
    }

    private bool IsRecent((TimeSpan At, bool Failed, bool Slow) call) => _now - call.At < _policy.Window;

    private void OpenByRule(TransitionReason reason, TimeSpan? retryAfter)
    {
        _openingsInARow++;
        Open(reason, Later(Lasting(), retryAfter));
    }

    private void Open(TransitionReason reason, TimeSpan? lasting)
    {
        GoTo(CircuitStatus.Open, reason);
        Deadline = _now + lasting;
    }

    private void Close(TransitionReason reason)
    {
        _openingsInARow = _failuresInARow = 0;
        _calls.Clear();
        if (Circuit != CircuitStatus.Closed) GoTo(CircuitStatus.Closed, reason);
    }

    private void GoTo(CircuitStatus to, TransitionReason reason)
    {
        Transitions.Add(new CircuitTransition(Transitions.Count + 1, Circuit, to, reason, _now));
        Circuit = to;
        Deadline = null;
        _failuresInARow = _probesThatSucceeded = 0;
        _leaseEnds.Clear();
        _calls.Clear();
    }

    /// <summary>The base, grown once for every opening by the rules after the first, up to the maximum.</summary>
    private TimeSpan Lasting()
    {
        var lasting = _policy.OpenDuration;
        for (var opening = 2; opening <= _openingsInARow && lasting < _policy.OpenMax; opening++) lasting *= _policy.OpenGrowth;
        return lasting < _policy.OpenMax ? lasting : _policy.OpenMax;
    }

    private static TimeSpan Later(TimeSpan a, TimeSpan? b) => b > a ? b.Value : a;

    private static TransitionReason ReasonToTrip(ErrorCode code) => code switch
    {
        ErrorCode.RateLimit => TransitionReason.Quota,
        ErrorCode.Unauthorized => TransitionReason.Unauthorized,
        ErrorCode.NotFound => TransitionReason.NotFound,
        _ => TransitionReason.Failures,
    };
}
