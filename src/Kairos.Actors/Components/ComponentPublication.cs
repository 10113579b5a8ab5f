using System.Collections.Immutable;
using Akka.Actor;
using Kairos.Breaking;
using static Kairos.Components.ComponentEvents;

namespace Kairos.Components;

/// <summary>When, and as what picture, a component's state is published. Used by its actor only.</summary>
internal sealed class ComponentPublication(KairosRuntime runtime, ComponentCell cell, ComponentVoice voice, IActorRef self)
{
    private bool _isDue;

    /// <summary>
    /// Whether callers must know at once what has been decided: while half-open, where places and leases change, and when a streak of failures
    /// begins, because the caller who ends it is told where by the snapshot.
    /// </summary>
    private bool IsNews => cell.State.Breaker.Circuit == CircuitState.HalfOpen
        || cell.Snapshot.Streak is null != (cell.State.Breaker.ConsecutiveFailures == 0);

    /// <summary>The newest picture, published if it has not been yet.</summary>
    public ComponentSnapshot Current
    {
        get
        {
            if (_isDue) Publish();
            return cell.Snapshot;
        }
    }

    /// <summary>Publishes what has been decided and tells what came of it; at the end of a burst, where a report did no more than add up.</summary>
    /// <param name="changes">What has changed.</param>
    /// <param name="error">The error that was taken in, if it was one.</param>
    /// <param name="isAwaited">Whether somebody waits for it to be published.</param>
    public void Show(ImmutableArray<ComponentChange> changes, ErrorRecorded? error, bool isAwaited)
    {
        if (error is not null && changes.IsEmpty && !isAwaited && !IsNews)
        {
            PublishSoon();
            voice.TellInBurst(error);
            return;
        }

        Publish();
        if (error is not null) voice.Tell(error);
        foreach (var change in changes) voice.Announce(change, error?.Trace ?? default);
    }

    /// <summary>Publishes now. What was told of a burst is complete with that.</summary>
    private void Publish()
    {
        _isDue = false;
        voice.EndBurst();
        cell.Gate = ProbeGate.For(cell.Gate, cell.Settings.Breaker, cell.State.Breaker);
        cell.Snapshot = new ComponentSnapshot(cell.Name, cell.State, cell.Settings, runtime.Clock, cell.Gate);
    }

    /// <summary>A burst of reports that only add up is published once, when what is in the mailbox now has been taken in.</summary>
    private void PublishSoon()
    {
        if (_isDue) return;
        _isDue = true;
        self.Tell(ComponentProtocol.Publish.Instance);
    }
}
