using CsCheck;
using Kairos.CircuitBreaker;
using Kairos.Components;
using Kairos.Tests.CircuitBreaker;

namespace Kairos.Tests.Components;

/// <summary>What happens to a component, and how long after the step before.</summary>
internal sealed record ComponentStep(TimeSpan Wait, ComponentInput Input);

/// <summary>
/// Random settings and stories. All times are whole seconds, as those of <see cref="Stories"/>, so that the errors of different seconds
/// never share a slice of the error rate's window.
/// </summary>
internal static class ComponentMachineStories
{
    private static readonly Gen<ComponentHealth> Status =
        Gen.Frequency((2, ComponentHealth.Healthy), (1, ComponentHealth.Degraded), (1, ComponentHealth.Unhealthy));

    private static readonly Gen<ErrorKind> Kind = Gen.Select(Gen.OneOf([ErrorCode.Timeout, ErrorCode.LlmError]), Gen.Bool)
        .Select((code, recoverable) => new ErrorKind(code, recoverable));

    private static readonly Gen<ComponentInput> Error = Gen.Select(
        Kind,
        Gen.Frequency((4, Verdict.Count), (5, Verdict.Ignore), (1, Verdict.Trip)),
        Gen.OneOf([-1, -1, 0, 3]),
        (kind, verdict, generation) => ComponentInput.OfError(
            new KairosError(kind.Code, "") { Recoverable = kind.Recoverable, Verdict = verdict },
            generation < 0 ? CallTicket.Report : new CallTicket(generation, 0)));

    private static readonly Gen<ComponentInput> Input = Gen.Frequency(
        (8, Error),
        (6, Gen.Const(ComponentInput.Of(BreakerInput.Success(CallTicket.Report)))),
        (3, Gen.Select(Kind, Gen.Int[1, 3], (kind, count) => ComponentInput.OfRecovery(kind, count))),
        (2, Gen.Select(Gen.Int[1, 4], Gen.Int[1, 9], (generation, lease) => ComponentInput.Of(BreakerInput.Claim(new CallTicket(generation, lease))))),
        (1, Gen.Const(ComponentInput.Of(BreakerInput.Isolate))),
        (1, Gen.Const(ComponentInput.Of(BreakerInput.Reset))),
        (1, Gen.Const(ComponentInput.Tick)),
        (2, Status.Select(ComponentInput.OfHealth)),
        (1, Gen.Bool.Select(ComponentInput.OfWorker)),
        (1, Gen.Select(Gen.OneOf(["a", "b"]), Gen.Long[1, 2], Status, ComponentInput.OfChild)));

    public static readonly Gen<ComponentSettings> Settings = Gen.Select(
        Stories.Policy,
        Gen.OneOf([0, 1, 3, 10]),
        Gen.OneOf([0, 1, 10, 30]),
        Gen.Bool,
        (breaker, rate, hold, opens) => new ComponentSettings
        {
            Breaker = breaker,
            Health = new HealthPolicy { DegradedRate = rate, Hold = TimeSpan.FromSeconds(hold), OpensCircuit = opens },
        });

    public static readonly Gen<ComponentStep[]> Steps = Gen.Select(
        Gen.OneOf([0, 0, 0, 1, 1, 2, 5, 10, 61]),
        Input,
        (seconds, input) => new ComponentStep(TimeSpan.FromSeconds(seconds), input)).Array[1, 60];
}
