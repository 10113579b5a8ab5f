using Kairos.CircuitBreaker;
using Kairos.Components;

namespace Kairos.Tests.Components;

/// <summary>A component's machine with its settings and its clock, driven by hand. Times are seconds since its start.</summary>
internal sealed class ComponentMachineUnderTest(ComponentSettings? settings = null)
{
    private readonly List<ComponentChange> _changes = [];

    public ComponentSettings Settings { get; set; } = settings ?? ComponentSettings.Default;

    public ComponentState State { get; private set; } = ComponentState.Initial(TimeSpan.Zero);

    public TimeSpan Now { get; private set; }

    public CircuitStatus Circuit => State.Breaker.Circuit;

    public ComponentHealth Health => State.Health.Status;

    /// <summary>All that changed, as <c>30: half-open</c> and <c>40: degraded</c>: the second, and what it changed to.</summary>
    public IEnumerable<string> Changes => _changes.Select(change => change.Circuit is { } circuit
        ? $"{circuit.At.TotalSeconds}: {circuit.To.ToWireName()}"
        : $"{change.Health!.At.TotalSeconds}: {change.Health.To.ToWireName()}");

    public ComponentMachineUnderTest At(double seconds)
    {
        Now = TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));
        return this;
    }

    public ComponentDecision Apply(ComponentInput input)
    {
        var decision = ComponentMachine.Apply(Settings, State, input, Now);
        State = decision.State;
        _changes.AddRange(decision.Changes);
        return decision;
    }

    public ComponentMachineUnderTest Tick() => Tell(ComponentInput.Tick);

    public ComponentMachineUnderTest Fail(KairosError error, CallTicket? ticket = null, int times = 1)
    {
        for (var i = 0; i < times; i++) Apply(ComponentInput.OfError(error, ticket ?? CallTicket.Report));
        return this;
    }

    public ComponentMachineUnderTest Succeed() => Tell(ComponentInput.Of(BreakerInput.Success(CallTicket.Report)));

    public ComponentMachineUnderTest Hear(ComponentHealth reported) => Tell(ComponentInput.OfHealth(reported));

    public ComponentMachineUnderTest HearWorker(bool isDown) => Tell(ComponentInput.OfWorker(isDown));

    public ComponentMachineUnderTest HearChild(string child, ComponentHealth status, long number = 1) => Tell(ComponentInput.OfChild(child, number, status));

    private ComponentMachineUnderTest Tell(ComponentInput input)
    {
        Apply(input);
        return this;
    }
}
