using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Kairos.CircuitBreaker;
using Kairos.Components;
using Kairos.State;

namespace Kairos;

/// <summary>
/// The picture of a component that its actor published last. Immutable and thread-safe: read as often as you like, it costs nothing and
/// asks nobody. It prints as a sentence, and is written as readable JSON by <c>System.Text.Json</c>, which does not read it back.
/// </summary>
[JsonConverter(typeof(SnapshotConverter))]
public sealed class ComponentSnapshot
{
    private const long NotShut = long.MinValue;
    private const long TickTolerance = 50; // the tick count moves in steps of up to 16 ms

    private readonly MonotonicClock _clock;
    private readonly ComponentHandle? _handle;
    private readonly long _shutUntilTick;
    private readonly TimeSpan _openUntil;
    private readonly ImmutableArray<ProbeLease> _leases;
    private readonly TimeInStates _past;
    private readonly SlidingWindow _errorRate;

    internal ComponentSnapshot(
        string component, long number, in ComponentState state, ComponentSettings settings, MonotonicClock clock, ProbeSlots? slots, bool wantsToKnow,
        ComponentHandle? handle = null)
    {
        Component = component;
        Number = number;
        Settings = settings;
        Last = state.Breaker.Last;
        Circuit = Last.To;
        Health = state.Health.Status;
        ConsecutiveFailures = state.Breaker.ConsecutiveFailures;
        Errors = state.Account.Errors;
        Recovered = state.Account.Recovered;
        _clock = clock;
        _handle = handle;
        _openUntil = state.Breaker.OpenUntil;
        AskedUntil = state.Breaker.AskedUntil;
        _leases = state.Breaker.Leases;
        _past = state.Breaker.Past;
        _errorRate = state.ErrorRate;
        Slots = slots;
        OneShot = wantsToKnow ? new OneShotSignal() : null;
        var (breaker, call) = (settings.Breaker, settings.Call);
        Picture = CircuitPicture.Of(breaker, state.Breaker);
        _shutUntilTick = Admission.Decide(Picture, state.At) == AdmissionAnswer.Reject && Picture.Deadline is { } deadline
            ? clock.ToTickCount(deadline)
            : NotShut;
        HasRateLimit = call.Rate is { Requests: > 0 } or { Tokens: > 0 } or { Learn: true } || settings.RateLimiter is not null;
        IsDirect = Circuit == CircuitStatus.Closed && Admission.Decide(Picture, state.At) == AdmissionAnswer.Admit
            && call.MaxConcurrent == 0 && !HasRateLimit && !call.MeasureDuration && settings.Faults is null;
        IsPlain = IsDirect
            && OneShot is null
            && call.Deadline == Timeout.InfiniteTimeSpan
            && call.AttemptTimeout == Timeout.InfiniteTimeSpan
            && !breaker.NeedsDurations;
    }

    /// <summary>The component's name.</summary>
    public string Component { get; }

    /// <summary>The component's number, which grows from component to component: one that was removed and the next one of its name differ in it.</summary>
    public long Number { get; }

    /// <summary>The settings in force.</summary>
    public ComponentSettings Settings { get; }

    /// <summary>The transition that led to the current state; number 0 where there was none.</summary>
    public CircuitTransition Last { get; }

    /// <summary>The state of the circuit.</summary>
    public CircuitStatus Circuit { get; }

    /// <summary>The number of transitions so far; it is also the generation of the calls admitted now.</summary>
    public long Sequence => Last.Sequence;

    /// <summary>When the current state began.</summary>
    public DateTimeOffset Since => _clock.ToWallClock(Last.At);

    /// <summary>While open: when probe calls will be let through. Null while not open, and when isolated: then only a reset helps.</summary>
    public DateTimeOffset? OpenUntil =>
        Circuit == CircuitStatus.Open && !IsIsolated ? _clock.ToWallClock(_openUntil) : null;

    /// <summary>Whether the circuit is open until somebody resets it.</summary>
    public bool IsIsolated => Circuit == CircuitStatus.Open && _openUntil == BreakerState.Never;

    /// <summary>The component's health.</summary>
    public ComponentHealth Health { get; }

    /// <summary>Failures since the last success, while the circuit is closed; 0 otherwise.</summary>
    public int ConsecutiveFailures { get; }

    /// <summary>Errors since the component was created.</summary>
    public long Errors { get; }

    /// <summary>How many of them recovered.</summary>
    public long Recovered { get; }

    /// <summary>Errors within the last 60 s, as of now: it falls as time passes, whether or not a new snapshot is published.</summary>
    public long ErrorsPerMinute => ErrorsPerMinuteAt(_clock.Now);

    /// <summary>What the component's limits of calls are doing, as of now: it changes as time passes, whether or not a new snapshot is published.</summary>
    public LimitStatus Limits => _handle?.Limits ?? default;

    /// <summary>How the component is, in a sentence.</summary>
    public override string ToString()
    {
        var until = OpenUntil is { } time ? string.Create(CultureInfo.InvariantCulture, $" until {time.UtcDateTime:u}") : IsIsolated ? " until it is reset" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"'{Component}' is {Health.ToWireName()}, its circuit {Circuit.ToWireName()} ({Last.Reason.ToWireName()}) since {Since.UtcDateTime:u}{until}: {Errors} errors, {Recovered} recovered, {ErrorsPerMinute} in the last minute{(Limits.Queued is > 0 and var queued ? $", {queued} waiting for a limit" : "")}.");
    }

    /// <summary>Whether a call can be made on the spot: closed, no bulkhead, no faults on request.</summary>
    internal bool IsDirect { get; }

    /// <summary>Whether a call needs nothing but to be let through and counted: closed, nobody to be told, no time limits, no bulkhead, no clock.</summary>
    internal bool IsPlain { get; }

    /// <summary>Whether calls take from a rate limit.</summary>
    internal bool HasRateLimit { get; }

    /// <summary>What admission is decided from.</summary>
    internal CircuitPicture Picture { get; }

    /// <summary>While open: until when the callee has asked for time; zero where it has not.</summary>
    internal TimeSpan AskedUntil { get; }

    /// <summary>While half-open: where callers claim a slot for a probe call.</summary>
    internal ProbeSlots? Slots { get; }

    /// <summary>After a failure, or a time without calls: the first one who succeeds tells the actor.</summary>
    internal OneShotSignal? OneShot { get; }

    /// <summary>
    /// Whether the circuit is open and its deadline far enough away for the system's tick count to say so, which costs a fraction of the exact
    /// time. False says nothing.
    /// </summary>
    internal bool IsSurelyShut(out TimeSpan? retryAfter)
    {
        retryAfter = null;
        if (_shutUntilTick == NotShut) return false;
        var left = _shutUntilTick - Environment.TickCount64;
        if (left <= TickTolerance) return false;
        retryAfter = new TimeSpan(left * TimeSpan.TicksPerMillisecond);
        return true;
    }

    /// <summary>Errors within the 60 s before a moment.</summary>
    internal long ErrorsPerMinuteAt(TimeSpan now) => _errorRate.Calls(now, ComponentState.RateWindow);

    /// <summary>Time spent in each state up to a moment.</summary>
    internal TimeInStates TimeInStates(TimeSpan now) =>
        _past.UpTo(now, Last, BreakerState.DeadlineOf(Circuit, _openUntil, _leases));
}

/// <summary>What the limits of a component's calls are doing. A value.</summary>
/// <param name="Active">Calls that run, where <c>call.max-concurrent</c> limits them; null where it does not, or no call was made yet.</param>
/// <param name="Queued">Calls that wait for <c>call.max-concurrent</c> or <c>call.rate</c>; null where there is neither, or no call was made yet.</param>
/// <param name="MaxConcurrent">Calls that may run at a time, as set or as found; null where nothing limits them, or no call was made yet.</param>
/// <param name="Pace">The share of <c>call.rate</c> that is used: less than 1 after the provider has refused; null where there is no such limit, or no call was
/// made yet.</param>
public readonly record struct LimitStatus(int? Active, int? Queued, int? MaxConcurrent, double? Pace);
