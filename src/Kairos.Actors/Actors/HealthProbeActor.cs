using Akka.Actor;
using Kairos.Components;
using Kairos.State;
using static Kairos.ComponentProtocol;

namespace Kairos.Actors;

/// <summary>
/// Runs a component's health probe when the <see cref="ProbeMachine"/> says so, outside the actor, and tells its parent what it finds out as a verdict;
/// a check that hangs is a verdict, too.
/// </summary>
internal sealed class HealthProbeActor : UntypedActor
{
    public const string Name = "_probe";

    private readonly string _component;
    private readonly IHealthProbe _probe;
    private readonly MonotonicClock _clock;
    private readonly Func<HealthPolicy> _policy;
    private readonly ComponentTimer _timer;
    private ProbeState _state;
    private ProbeCheck? _check; // the one that runs

    public static Props Props(string component, IHealthProbe probe, TimeProvider time, Func<HealthPolicy> policy) =>
        Akka.Actor.Props.Create(() => new HealthProbeActor(component, probe, time, policy)).WithDispatcher(KairosSupervisor.Dispatcher);

    public HealthProbeActor(string component, IHealthProbe probe, TimeProvider time, Func<HealthPolicy> policy)
    {
        _component = component;
        _probe = probe;
        _clock = new MonotonicClock(time);
        _policy = policy;
        _timer = new ComponentTimer(time, Self);
        _state = new ProbeState(_clock.Now);
    }

    protected override void PreStart() => _timer.Schedule(_state.NextDeadline(_policy()), _clock.Now);

    protected override void PostStop()
    {
        _timer.Stop();
        _ = _check?.GiveUpAsync();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Ended m:
                Do(ProbeMachine.End(ref _state, m.Check, _clock.Now), m.Report);
                break;
            case Tick:
                _timer.Elapsed();
                break;
            case PolicyChanged:
                break;
            default:
                Unhandled(message);
                return;
        }

        Do(ProbeMachine.Tick(_policy(), ref _state, _clock.Now), new ProbeResult(ComponentHealth.Unhealthy, "the health probe did not answer in time"));
        _timer.Schedule(_state.NextDeadline(_policy()), _clock.Now);
    }

    private void Do(ProbeStep step, ProbeResult report)
    {
        switch (step)
        {
            case ProbeStep.Nothing:
                return;
            case ProbeStep.Check:
                (_check, var number) = (new ProbeCheck(), _state.Check);
                _check.RunAsync(_probe).PipeTo(Self, success: report => new Ended(number, report));
                return;
            case ProbeStep.GiveUp:
                _ = _check?.GiveUpAsync();
                break;
        }

        _check = null;
        Context.Parent.Tell(new ReportHealth(_component, report.Status, report.Message));
    }

    private sealed record Ended(long Check, ProbeResult Report);
}

/// <summary>One check of a health probe. Used by one actor.</summary>
internal sealed class ProbeCheck
{
    private Func<Task> _cancel = static () => Task.CompletedTask;

    /// <summary>Runs it, away from who calls. Never throws.</summary>
    public async Task<ProbeResult> RunAsync(IHealthProbe probe)
    {
        using var end = new CancellationTokenSource();
        _cancel = end.CancelAsync;
        try
        {
            await Task.Yield(); // whatever the probe does before its first await, it does not do to the caller
            return await probe.CheckAsync(end.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            return new ProbeResult(ComponentHealth.Unhealthy, $"the health probe failed: {exception.GetType().Name}");
        }
    }

    /// <summary>
    /// Cancels its token. What the probe has registered there is somebody else's code: it runs away from who calls, and what it throws
    /// ends nothing.
    /// </summary>
    public async Task GiveUpAsync()
    {
        try
        {
            await _cancel().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (ObjectDisposedException)
        {
            // the check has ended meanwhile
        }
    }
}
