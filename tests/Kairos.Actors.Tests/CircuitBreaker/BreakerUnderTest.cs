using Kairos.CircuitBreaker;
using Kairos.Tests.Errors;

namespace Kairos.Tests.CircuitBreaker;

/// <summary>
/// A breaker with its policy and its clock, driven by hand. Times are seconds since its start. Moving the clock tells the breaker nothing:
/// only an input does, as in production.
/// </summary>
internal sealed class BreakerUnderTest
{
    private readonly List<CircuitTransition> _transitions = [];
    private readonly DrivenBreaker _breaker;

    private BreakerUnderTest(BreakerPolicy? policy, ulong seed)
    {
        Policy = policy ?? new BreakerPolicy();
        _breaker = new DrivenBreaker(TimeSpan.Zero, seed);
    }

    public BreakerPolicy Policy { get; set; }

    public BreakerState State => _breaker.State;

    public TimeSpan Now { get; private set; }

    public IReadOnlyList<CircuitTransition> Transitions => _transitions;

    public CircuitStatus Circuit => State.Circuit;

    public TransitionReason Reason => State.Last.Reason;

    /// <summary>When the current state began, in seconds.</summary>
    public double Since => State.Last.At.TotalSeconds;

    /// <summary>The deadline of an opening, in seconds.</summary>
    public double OpenUntil => State.OpenUntil.TotalSeconds;

    /// <summary>What a call admitted now, and not under a lease, would carry.</summary>
    public CallTicket Ticket => new(State.Generation, 0);

    /// <summary>Closed, at second 0.</summary>
    public static BreakerUnderTest Closed(BreakerPolicy? policy = null, ulong seed = 0) => new(policy, seed);

    /// <summary>Opened by consecutive failures at second 0, for the first time.</summary>
    public static BreakerUnderTest Open(BreakerPolicy? policy = null, ulong seed = 0)
    {
        var breaker = new BreakerUnderTest(policy, seed);
        return breaker.Fail(times: breaker.Policy.ConsecutiveFailures);
    }

    /// <summary>As <see cref="Open"/>, and half-open since the deadline of that opening (by default second 30).</summary>
    public static BreakerUnderTest HalfOpen(BreakerPolicy? policy = null)
    {
        var breaker = Open(policy);
        return breaker.At(breaker.OpenUntil).Tick();
    }

    public BreakerUnderTest At(double seconds)
    {
        Now = TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond)); // FromSeconds cuts where this rounds
        return this;
    }

    public BreakerDecision Apply(BreakerInput input)
    {
        var decision = _breaker.Apply(Policy, input, Now);
        _transitions.AddRange(decision.Transitions);
        return decision;
    }

    public Admission Admit()
    {
        var (answer, decision) = _breaker.Admit(Policy, Now);
        _transitions.AddRange(decision.Transitions);
        return answer;
    }

    public BreakerUnderTest Tick() => Tell(BreakerInput.Tick);

    /// <summary>An outcome with no ticket is a report.</summary>
    public BreakerUnderTest Succeed(CallTicket? ticket = null, double? seconds = null, int times = 1) =>
        Tell(BreakerInput.Success(ticket ?? CallTicket.Report, seconds is { } s ? TimeSpan.FromSeconds(s) : null), times);

    /// <inheritdoc cref="Succeed"/>
    public BreakerUnderTest Fail(KairosError? error = null, CallTicket? ticket = null, double? seconds = null, int times = 1) =>
        Tell(
            BreakerInput.Failure(
                ticket ?? CallTicket.Report,
                error ?? SampleErrors.Counted(),
                seconds is { } s ? TimeSpan.FromSeconds(s) : null),
            times);

    public BreakerUnderTest EndNeutrally(CallTicket ticket) => Tell(BreakerInput.Neutral(ticket));

    public BreakerUnderTest Isolate() => Tell(BreakerInput.Isolate);

    public BreakerUnderTest Reset() => Tell(BreakerInput.Reset);

    public BreakerUnderTest HearUnhealthy() => Tell(BreakerInput.Unhealthy);

    private BreakerUnderTest Tell(BreakerInput input, int times = 1)
    {
        for (var i = 0; i < times; i++) Apply(input);
        return this;
    }
}
