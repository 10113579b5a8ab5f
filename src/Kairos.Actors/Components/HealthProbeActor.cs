using Akka.Actor;
using Kairos.Health;

namespace Kairos.Components;

/// <summary>
/// Runs a component's health probe: every interval one check, which has a time limit and runs outside the actor. What it finds out it tells
/// its parent as a verdict. A check that hangs is a verdict too, and is not joined by a second one.
/// </summary>
internal sealed class HealthProbeActor : UntypedActor
{
    public const string Name = "_probe";

    private readonly string _component;
    private readonly IHealthProbe _probe;
    private readonly TimeProvider _time;
    private readonly Func<HealthPolicy> _policy;
    private Action _giveUp = () => { };
    private ITimer? _timer;
    private long _check;        // the number of the check that is awaited
    private bool _isRunning;    // whether its task has not ended yet
    private bool _isAwaited;    // whether its verdict is still outstanding

    public static Props Props(string component, IHealthProbe probe, TimeProvider time, Func<HealthPolicy> policy) =>
        Akka.Actor.Props.Create(() => new HealthProbeActor(component, probe, time, policy)).WithDispatcher(KairosSupervisor.Dispatcher);

    public HealthProbeActor(string component, IHealthProbe probe, TimeProvider time, Func<HealthPolicy> policy)
    {
        _component = component;
        _probe = probe;
        _time = time;
        _policy = policy;
    }

    protected override void PreStart()
    {
        _timer = _time.CreateTimer(
            static self => ((IActorRef)self!).Tell(Wake.Instance), Self, _policy().ProbeInterval, Timeout.InfiniteTimeSpan);
    }

    protected override void PostStop()
    {
        _timer?.Dispose();
        _giveUp();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Wake when _isAwaited:
                Conclude(new HealthReport(HealthStatus.Unhealthy, "the health probe did not answer in time"));
                break;
            case Wake when _isRunning: // it hangs on; its verdict stands
                Rest();
                break;
            case Wake:
                Begin();
                break;
            case Ended m when m.Check == _check:
                _isRunning = false;
                if (_isAwaited) Conclude(m.Report);
                break;
            case Ended:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Begin()
    {
        var check = ++_check;
        var limit = _policy().ProbeTimeout;
        _isRunning = _isAwaited = true;
        var elapsed = new CancellationTokenSource(limit, _time);
        _giveUp = elapsed.Cancel;
        RunAsync(check, elapsed.Token).PipeTo(Self);
        _timer!.Change(limit, Timeout.InfiniteTimeSpan);
    }

    private async Task<Ended> RunAsync(long check, CancellationToken cancellation)
    {
        try
        {
            await Task.Yield(); // whatever the probe does before its first await, it does not do to the actor
            return new Ended(check, await _probe.CheckAsync(cancellation).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            return new Ended(check, new HealthReport(HealthStatus.Unhealthy, $"the health probe failed: {exception.GetType().Name}"));
        }
    }

    private void Conclude(HealthReport report)
    {
        _isAwaited = false;
        Context.Parent.Tell(new ComponentProtocol.ReportHealth(_component, report.Status, report.Message));
        Rest();
    }

    private void Rest() => _timer!.Change(_policy().ProbeInterval, Timeout.InfiniteTimeSpan);

    private sealed record Ended(long Check, HealthReport Report);

    private sealed record Wake
    {
        public static readonly Wake Instance = new();
    }
}
