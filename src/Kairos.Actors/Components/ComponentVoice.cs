using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using Kairos.Health;
using static Kairos.Components.ComponentEvents;
using static Kairos.Components.ComponentProtocol;

namespace Kairos.Components;

/// <summary>
/// What a component's actor tells others: the metrics actor, subscribers and the event stream its events, its parent how it is. Used by that
/// actor only. Changes are logged by the metrics actor: a logger is somebody else's code, and may take its time.
/// </summary>
internal sealed class ComponentVoice(IActorContext context, KairosRuntime runtime, ComponentCell cell)
{
    private readonly EventStream _everybody = context.System.EventStream;

    /// <summary>Tells an event, after all that a burst has left to be told.</summary>
    public void Tell(IComponentEvent told)
    {
        EndBurst();
        runtime.Metrics.Tell(told);
        TellOthers(told);
    }

    /// <summary>Tells an error of a burst. The metrics actor is told most of them together, when the burst ends.</summary>
    public void TellInBurst(ErrorRecorded error)
    {
        if (cell.Burst.Add(error) is { } told) runtime.Metrics.Tell(told);
        TellOthers(error);
    }

    /// <summary>Tells what a burst has left to be told.</summary>
    public void EndBurst()
    {
        if (cell.Burst.End() is { } told) runtime.Metrics.Tell(told);
    }

    private void TellOthers(IComponentEvent told)
    {
        foreach (var subscriber in cell.Subscribers) subscriber.Tell(told);
        _everybody.Publish(told);
    }

    /// <summary>Tells a change.</summary>
    /// <param name="change">What has changed.</param>
    /// <param name="trace">The span of the error that it came of, if it came of one.</param>
    public void Announce(in ComponentChange change, ActivityContext trace)
    {
        if (change.Circuit is { } transition)
        {
            Tell(new CircuitStateChanged(cell.Name, transition, runtime.Clock.ToWallClock(transition.At)) { Trace = trace });
        }

        if (change.Health is { } health)
        {
            Tell(new HealthStatusChanged(cell.Name, health, runtime.Clock.ToWallClock(health.At)) { Trace = trace });
            TellParent(health.To);
        }
    }

    /// <summary>Logs and tells that the component's worker is back.</summary>
    public void TellWorkerRestarted(Exception? cause)
    {
        var reason = cause ?? new InvalidOperationException("The worker ended of its own accord.");
        runtime.Log((cell.Name, Cause: reason.GetType().Name), static (logger, it) => KairosLog.WorkerRestarted(logger, it.Name, it.Cause));
        Tell(new ComponentRestarted(cell.Name, reason));
    }

    /// <summary>Tells the component above how this one is.</summary>
    public void TellParent(HealthStatus status)
    {
        if (ComponentName.ParentOf(cell.Name) is not null) context.Parent.Tell(new ReportChildHealth(cell.Name, status));
    }
}
