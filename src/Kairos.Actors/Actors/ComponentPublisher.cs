using System.Collections.Immutable;
using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using Kairos.Components;
using Kairos.State;
using static Kairos.ComponentEvents;
using static Kairos.ComponentProtocol;

namespace Kairos.Actors;

/// <summary>
/// Makes known what a component's actor has decided: the picture for callers; the events for the metrics actor, subscribers and the event
/// stream; its health for its parent. Used by that actor only. Changes are logged by way of the metrics actor: a logger is somebody else's code.
/// </summary>
internal sealed class ComponentPublisher(IActorContext context, KairosRuntime runtime, ComponentHandle handle)
{
    private readonly EventStream _everybody = context.System.EventStream;
    private readonly IActorRef _self = context.Self;
    private bool _isDue;
    private bool _hasFailed;

    /// <summary>Publishes what has been decided and is not yet published. Returns what is published now.</summary>
    public ComponentSnapshot PublishIfDue()
    {
        if (_isDue) Publish();
        return handle.Snapshot;
    }

    /// <summary>
    /// Whether callers must know at once what has been decided: while half-open, because slots change, and when the actor begins or ceases to ask for the
    /// next success.
    /// </summary>
    private bool IsNews => handle.State.Breaker.Circuit == CircuitStatus.HalfOpen || handle.Snapshot.OneShot is null == handle.WantsToKnow;

    /// <summary>Publishes what has been decided and tells what came of it. A report that changed nothing but totals is published when its burst ends.</summary>
    /// <param name="changes">What has changed.</param>
    /// <param name="error">The error that was taken in, if it was one.</param>
    /// <param name="isAwaited">Whether somebody waits for it to be published.</param>
    public void Show(ImmutableArray<ComponentChange> changes, ErrorRecorded? error, bool isAwaited)
    {
        if (error is not null && changes.IsEmpty && !isAwaited && !IsNews)
        {
            PublishSoon();
            if (handle.Burst.Add(error) is { } told) runtime.Metrics.Tell(told);
            TellOthers(error);
            return;
        }

        Publish();
        if (error is not null) Tell(error);
        foreach (var change in changes) Announce(change, error?.Trace ?? default);
    }

    /// <summary>Tells an event, after all that a burst has left to be told.</summary>
    public void Tell(IComponentEvent told)
    {
        EndBurst();
        runtime.Metrics.Tell(told);
        TellOthers(told);
    }

    /// <summary>Tells the component above how this one is.</summary>
    public void TellParent(ComponentHealth status) => handle.Parent?.Actor.Tell(new ReportChildHealth(handle.Name, handle.Number, status));

    /// <summary>Tells everybody that the component is no more, with what it has counted.</summary>
    public void TellRemoved()
    {
        var calls = handle.Ledger.Totals;
        Tell(new ComponentRemoved(handle.Name)
        {
            Source = handle,
            Errors = handle.State.Account.Errors,
            Recovered = handle.State.Account.Recovered,
            Successes = calls.Success,
            Failures = calls.Failure,
            Ignored = calls.Ignored,
            Rejected = calls.Rejected,
        });
        TellParent(ComponentHealth.Healthy);
    }

    /// <summary>Tells that the component's worker is to be started again, and logs it where no error does.</summary>
    public void TellWorkerDown(Exception? cause)
    {
        if (cause is null) runtime.Log(handle.Name, KairosLog.WorkerEnded);
        Tell(new ComponentRestarted(handle.Name, cause ?? new InvalidOperationException("The worker ended of its own accord.")) { Source = handle });
    }

    /// <summary>Tells which of the errors that are said to have recovered had been recorded, and how many had not.</summary>
    public void TellRecovered(ReportRecovery report, long recovered)
    {
        if (recovered > 0) Tell(new ErrorsRecovered(handle.Name, report.Kind, recovered) { Duration = report.Duration, Source = handle });
        if (recovered < report.Count) TellRefused(RefusalReason.NothingToRecover, report.Count - recovered);
    }

    /// <summary>Tells how many calls were not made for a reason since it told so last.</summary>
    public void TellRejections(RejectionReason reason)
    {
        var count = handle.Rejections.Take(reason, handle.Ledger.RejectedFor(reason).Total);
        if (count > 0) Tell(new CallsRejected(handle.Name, reason, count, runtime.Clock.ToWallClock(runtime.Clock.Now)) { Number = handle.Number });
    }

    /// <summary>Tells that settings are not allowed, and logs why.</summary>
    public void TellRejected(IReadOnlyList<SettingProblem> problems)
    {
        foreach (var problem in problems) runtime.Log(problem, KairosLog.SettingsRejected);
        TellRefused(RefusalReason.InvalidSettings, 1);
    }

    private void TellRefused(RefusalReason reason, long count) => Tell(new ReportRefused(handle.Name, reason, count) { Number = handle.Number });

    private void Announce(in ComponentChange change, ActivityContext trace)
    {
        if (change.Circuit is { } transition)
            Tell(new CircuitStateChanged(handle.Name, transition, runtime.Clock.ToWallClock(transition.At)) { Trace = trace, Source = handle });
        if (change.Health is not { } health) return;
        Tell(new HealthStatusChanged(handle.Name, health, runtime.Clock.ToWallClock(health.At)) { Trace = trace, Number = handle.Number });
        TellParent(health.To);
    }

    /// <summary>Tells a new subscriber where the numbers of what follows count on from.</summary>
    public void TellState(IActorRef subscriber) => Offer(static (it, subscriber) => subscriber.Tell(it), new CurrentState(PublishIfDue()), subscriber);

    private void TellOthers(IComponentEvent told)
    {
        foreach (var subscriber in handle.Subscribers) Offer(static (it, subscriber) => subscriber.Tell(it), told, subscriber);
        Offer(static (it, everybody) => everybody.Publish(it), told, _everybody);
    }

    /// <summary>Who is told may be somebody else's code, and throw: that costs nobody else an event, and no decision.</summary>
    private void Offer<T>(Action<IComponentEvent, T> tell, IComponentEvent told, T receiver)
    {
        try
        {
            tell(told, receiver);
        }
        catch (Exception exception)
        {
            if (!_hasFailed) runtime.Log((handle.Name, exception.GetType().Name), static (logger, it) => KairosLog.SubscriberFailed(logger, it.Item1, it.Item2));
            _hasFailed = true;
        }
    }

    private void EndBurst()
    {
        if (handle.Burst.End() is { } told) runtime.Metrics.Tell(told);
    }

    /// <summary>Publishes now. What was told of a burst is complete with that.</summary>
    private void Publish()
    {
        _isDue = false;
        EndBurst();
        handle.Slots = handle.State.Breaker.Circuit == CircuitStatus.HalfOpen ? ProbeSlots.For(handle.Slots, handle.Settings.Breaker, handle.State.Breaker) : null;
        handle.Publish(runtime.Clock);
    }

    /// <summary>A burst of reports that only add up is published once, when what is in the mailbox now has been taken in.</summary>
    private void PublishSoon()
    {
        if (_isDue) return;
        _isDue = true;
        _self.Tell(ComponentProtocol.Publish.Instance);
    }
}
