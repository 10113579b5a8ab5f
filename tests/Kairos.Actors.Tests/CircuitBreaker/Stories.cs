using CsCheck;
using Kairos.CircuitBreaker;

namespace Kairos.Tests.CircuitBreaker;

/// <summary>How a step of a story comes to its time.</summary>
internal enum Wait
{
    None,
    Seconds,
    ToTheDeadline,
    ToASecondBeforeTheDeadline,
}

/// <summary>Whose outcome it is that a step tells; what that means is known only when the story is told.</summary>
internal enum Whose
{
    Report,
    LastAdmitted,
    AnyAdmitted,
    CurrentWithoutALease,
    CurrentWithAnUnknownLease,
    EarlierWithALeaseInUse,
}

/// <summary>One step of a story: a wait, perhaps a new policy, and an input of the given kind; a call that asks to be let in where there is none.</summary>
internal sealed record Step(
    Wait Wait, int Seconds, BreakerPolicy? NewPolicy, BreakerInputKind? Kind, Whose Whose, int Which, KairosError Error, int Duration, int Count);

/// <summary>
/// Random policies and stories. All their times are whole seconds (bases are multiples of 16, so that four growths by 1.5 stay whole, and
/// the fifth is beyond every maximum; only jitter breaks this) and no window is longer than sixty: the slices of a window, a sixtieth of it
/// at most, then never hold events of different times, and a window is exact.
/// </summary>
internal static class Stories
{
    private static readonly Gen<TimeSpan> Base = Gen.OneOf([TimeSpan.FromSeconds(16), TimeSpan.FromSeconds(32), TimeSpan.FromSeconds(48)]);
    private static readonly Gen<double> Share = Gen.OneOf([0.0, 0.0, 0.25, 0.5, 0.75, 1.0]);

    /// <summary>Policies without jitter.</summary>
    public static readonly Gen<BreakerPolicy> Policy =
        from mode in Gen.Frequency((4, BreakerMode.Enforce), (1, BreakerMode.Observe))
        from rules in Gen.Select(Gen.Int[0, 4], Share, Share, Gen.OneOf([0, 2, 5]), Gen.Int[1, 6], Gen.OneOf([5, 10, 30, 60]))
        from opening in Gen.Select(Base, Gen.OneOf([1, 1.5, 2, 3]), Gen.OneOf([48, 60, 100, 121]))
        from probing in Gen.Select(Gen.Int[1, 3], Gen.Int[1, 3], Gen.OneOf([1, 5, 20, 60]))
        select new BreakerPolicy
        {
            Mode = mode,
            ConsecutiveFailures = rules.Item1,
            FailureRatio = rules.Item2,
            SlowCallRatio = rules.Item3,
            SlowCallAfter = TimeSpan.FromSeconds(rules.Item4),
            MinimumThroughput = rules.Item5,
            Window = TimeSpan.FromSeconds(rules.Item6),
            OpenDuration = opening.Item1,
            OpenGrowth = opening.Item2,
            OpenMax = TimeSpan.FromSeconds(opening.Item3),
            HalfOpenCalls = probing.Item1,
            SuccessThreshold = probing.Item2,
            ProbeLease = TimeSpan.FromSeconds(probing.Item3),
        };

    /// <summary>Policies with any jitter.</summary>
    public static readonly Gen<BreakerPolicy> Jittery =
        Gen.Select(Policy, Gen.OneOf([0, 0.1, 1.0]), (policy, jitter) => policy with { OpenJitter = jitter });

    private static readonly Gen<KairosError> Error = Gen.Select(
        Gen.Frequency((8, Verdict.Count), (1, Verdict.Trip), (1, Verdict.Gate), (1, Verdict.Ignore)),
        Gen.Frequency((3, ErrorCode.LlmError), (1, ErrorCode.RateLimit), (1, ErrorCode.Unauthorized), (1, ErrorCode.NotFound)),
        Gen.Frequency((4, -1), (1, 0), (1, 7), (1, 40), (1, 150)),
        (verdict, code, wait) =>
            new KairosError(code, "") { Verdict = verdict, RetryAfter = wait < 0 ? null : TimeSpan.FromSeconds(wait) });

    private static readonly Gen<BreakerInputKind?> Kind = Gen.Frequency<BreakerInputKind?>(
        (6, null),
        (8, (BreakerInputKind?)BreakerInputKind.Success),
        (10, BreakerInputKind.Failure),
        (3, BreakerInputKind.Neutral),
        (2, BreakerInputKind.Tick),
        (2, BreakerInputKind.Traffic),
        (1, BreakerInputKind.Unhealthy),
        (1, BreakerInputKind.Isolate),
        (1, BreakerInputKind.Reset));

    /// <summary>Up to eighty steps; new policies have no jitter.</summary>
    public static readonly Gen<Step[]> Steps = StepsWith(Policy);

    /// <summary>Up to eighty steps; new policies have any jitter.</summary>
    public static readonly Gen<Step[]> JitterySteps = StepsWith(Jittery);

    private static Gen<Step[]> StepsWith(Gen<BreakerPolicy> policies) => Gen.Select(
        Gen.Frequency((6, Wait.None), (5, Wait.Seconds), (3, Wait.ToTheDeadline), (1, Wait.ToASecondBeforeTheDeadline)),
        Gen.OneOf([1, 1, 2, 3, 5, 10, 20, 61, 200]),
        Gen.Frequency((30, Gen.Const((BreakerPolicy?)null)), (1, policies.Select(policy => (BreakerPolicy?)policy))),
        Kind,
        Gen.Frequency((6, Whose.Report), (6, Whose.LastAdmitted), (3, Whose.AnyAdmitted), (1, Whose.CurrentWithoutALease),
            (1, Whose.CurrentWithAnUnknownLease), (1, Whose.EarlierWithALeaseInUse)),
        Gen.Int[0, 1000],
        Error,
        Gen.OneOf([-1, 0, 1, 2, 5, 9]),
        Gen.Int[1, 5],
        (wait, seconds, policy, kind, whose, which, error, duration, count) =>
            new Step(wait, seconds, policy, kind, whose, which, error, duration, count)).Array[1, 80];
}
