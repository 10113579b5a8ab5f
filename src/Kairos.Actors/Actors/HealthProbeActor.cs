using Akka.Actor;
using Kairos.State;
using static Kairos.ComponentProtocol;

namespace Kairos.Actors;

/// <summary>
/// Runs a component's health probe: every interval one check, which has a time limit and runs outside the actor. What it finds out it tells
/// its parent as a verdict; a check that hangs is a verdict, too. Everything is decided from the time that has passed.
/// </summary>
internal sealed class HealthProbeActor : UntypedActor
{
    public const string Name = "_probe";

    private readonly string _component;
    private readonly IHealthProbe _probe;
    private readonly MonotonicClock _clock;
    private readonly Func<HealthPolicy> _policy;
    private readonly ComponentTimer _timer;
    private ProbeCheck? _check; // the one whose verdict is awaited
    private TimeSpan _since;    // when it began; without one, when the rest did

    public static Props Props(string component, IHealthProbe probe, TimeProvider time, Func<HealthPolicy> policy) =>
        Akka.Actor.Props.Create(() => new HealthProbeActor(component, probe, time, policy)).WithDispatcher(KairosSupervisor.Dispatcher);

    public HealthProbeActor(string component, IHealthProbe probe, TimeProvider time, Func<HealthPolicy> policy)
    {
        _component = component;
        _probe = probe;
        _clock = new MonotonicClock(time);
        _policy = policy;
        _timer = new ComponentTimer(time, Self);
    }

    private TimeSpan Due => _since + (_check is null ? _policy().ProbeInterval : _policy().ProbeTimeout);

    protected override void PreStart() => _timer.Schedule(Due, _clock.Now);

    protected override void PostStop()
    {
        _timer.Stop();
        _ = _check?.GiveUpAsync();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Tick:
                _timer.Elapsed();
                break;
            case Ended m when m.Check == _check:
                Conclude(m.Report);
                break;
            case PolicyChanged or Ended:
                break;
            default:
                Unhandled(message);
                return;
        }

        if (_clock.Now >= Due) Turn();
        _timer.Schedule(Due, _clock.Now);
    }

    /// <summary>The rest is over, or the time of the check.</summary>
    private void Turn()
    {
        if (_check is null)
        {
            var check = new ProbeCheck();
            _check = check;
            _since = _clock.Now;
            check.RunAsync(_probe).PipeTo(Self, success: report => new Ended(check, report));
        }
        else
        {
            _ = _check.GiveUpAsync();
            Conclude(new HealthReport(HealthStatus.Unhealthy, "the health probe did not answer in time"));
        }
    }

    private void Conclude(HealthReport report)
    {
        _check = null;
        _since = _clock.Now;
        Context.Parent.Tell(new ReportHealth(_component, report.Status, report.Message));
    }

    private sealed record Ended(ProbeCheck Check, HealthReport Report);
}
