using System.Diagnostics;
using Kairos.State;

namespace Kairos;

/// <summary>An event of a component. Subscribers are told it, and it is published on the actor system's event stream.</summary>
public interface IComponentEvent
{
    /// <summary>The component's name.</summary>
    string Component { get; }

    /// <summary>The component's number, which grows from component to component: it tells this one from a former one of the same name. 0 where
    /// there was no component.</summary>
    long Number { get; }
}

/// <summary>What components tell. All events are immutable.</summary>
public static class ComponentEvents
{
    /// <summary>The state from which the numbers of later <see cref="CircuitStateChanged"/> events count on.</summary>
    /// <param name="Snapshot">The picture at this moment; its sequence number is 0 when the component was just created.</param>
    public sealed record CurrentState(ComponentSnapshot Snapshot) : IComponentEvent
    {
        /// <inheritdoc/>
        public string Component => Snapshot.Component;

        /// <inheritdoc/>
        public long Number => Snapshot.Number;
    }

    /// <summary>The circuit changed.</summary>
    /// <param name="Component">The component.</param>
    /// <param name="Transition">What changed, with its number: whoever sees a gap has missed something.</param>
    /// <param name="At">When.</param>
    public sealed record CircuitStateChanged(string Component, CircuitTransition Transition, DateTimeOffset At) : IComponentEvent
    {
        /// <inheritdoc/>
        public long Number => Source?.Number ?? 0;

        /// <summary>Whose event it is; the metrics actor counts it there.</summary>
        internal ComponentHandle? Source { get; init; }

        /// <summary>The span of the error that it came of, if it came of one.</summary>
        internal ActivityContext Trace { get; init; }
    }

    /// <summary>The health changed.</summary>
    /// <param name="Component">The component.</param>
    /// <param name="Change">What changed.</param>
    /// <param name="At">When.</param>
    public sealed record HealthStatusChanged(string Component, HealthChange Change, DateTimeOffset At) : IComponentEvent
    {
        /// <inheritdoc/>
        public long Number { get; init; }

        /// <summary>The span of the error that it came of, if it came of one.</summary>
        internal ActivityContext Trace { get; init; }
    }

    /// <summary>An error was counted.</summary>
    /// <param name="Component">The component.</param>
    /// <param name="Error">The error.</param>
    /// <param name="Trace">The span in which it happened, where one was given.</param>
    public sealed record ErrorRecorded(string Component, KairosError Error, ActivityContext Trace) : IComponentEvent
    {
        private readonly TraceBox _trace = new(Trace);

        /// <summary>The span in which it happened, where one was given.</summary>
        public ActivityContext Trace { get => _trace.Context; init => _trace = new TraceBox(value); }

        /// <summary>Whether there was one.</summary>
        internal bool HasTrace => !_trace.IsEmpty;

        /// <inheritdoc/>
        public long Number => Source?.Number ?? 0;

        /// <summary>Whose event it is; the metrics actor counts it there.</summary>
        internal ComponentHandle? Source { get; init; }
    }

    /// <summary>Errors recorded earlier were resolved.</summary>
    /// <param name="Component">The component.</param>
    /// <param name="Kind">Their kind.</param>
    /// <param name="Count">How many.</param>
    public sealed record ErrorsRecovered(string Component, ErrorKind Kind, long Count) : IComponentEvent
    {
        /// <summary>Time from the first error to the success, where that is known.</summary>
        public TimeSpan? Duration { get; init; }

        /// <inheritdoc/>
        public long Number => Source?.Number ?? 0;

        /// <summary>Whose event it is; the metrics actor counts it there.</summary>
        internal ComponentHandle? Source { get; init; }
    }

    /// <summary>
    /// Calls were not made, because of a limit of the component or a turn's budget; what an open circuit refuses is told by its transition. Told of the first one,
    /// and once a minute as long as there are more.
    /// </summary>
    /// <param name="Component">The component.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="Count">How many since that was told last, at least 1.</param>
    /// <param name="At">When.</param>
    public sealed record CallsRejected(string Component, RejectionReason Reason, long Count, DateTimeOffset At) : IComponentEvent
    {
        /// <inheritdoc/>
        public long Number { get; init; }
    }

    /// <summary>A component's actor, or its worker, crashed and was restarted; nothing was lost but the message that crashed it.</summary>
    /// <param name="Component">The component; <c>metrics</c> and <c>kairos</c> for Kairos' own actors.</param>
    /// <param name="Cause">Why.</param>
    public sealed record ComponentRestarted(string Component, Exception Cause) : IComponentEvent
    {
        /// <inheritdoc/>
        public long Number => Source?.Number ?? 0;

        /// <summary>What it is and whom it is about, without the text of its cause, which may hold a secret.</summary>
        public override string ToString() => $"{nameof(ComponentRestarted)} {{ {Component}, {Cause.GetType().Name} }}";

        /// <summary>Whose event it is; the metrics actor counts it there.</summary>
        internal ComponentHandle? Source { get; init; }
    }

    /// <summary>A component was removed, and this is what it had counted; its series vanish. It is the last event of this component.</summary>
    /// <param name="Component">The component.</param>
    public sealed record ComponentRemoved(string Component) : IComponentEvent
    {
        /// <inheritdoc/>
        public long Number => Source?.Number ?? 0;

        /// <summary>Whose event it is.</summary>
        internal ComponentHandle? Source { get; init; }

        /// <summary>Errors that were counted.</summary>
        public long Errors { get; init; }

        /// <summary>How many of them recovered.</summary>
        public long Recovered { get; init; }

        /// <summary>Guarded calls that ended in success. Calls that run while their component is removed may end later.</summary>
        public long Successes { get; init; }

        /// <summary>Guarded calls that failed.</summary>
        public long Failures { get; init; }

        /// <summary>Guarded calls that ended neutrally.</summary>
        public long Ignored { get; init; }

        /// <summary>Guarded calls that were not made.</summary>
        public long Rejected { get; init; }
    }

    /// <summary>A reader of <see cref="ComponentGuard.WatchAsync"/> was too slow: events that were older than the next one are missing.</summary>
    /// <param name="Component">The component.</param>
    /// <param name="Count">How many.</param>
    public sealed record EventsDropped(string Component, long Count) : IComponentEvent
    {
        /// <inheritdoc/>
        public long Number { get; init; }
    }

    /// <summary>A report could not be taken.</summary>
    /// <param name="Component">The name it was for, cut to 128 characters.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="Count">How many errors or calls it stood for.</param>
    public sealed record ReportRefused(string Component, RefusalReason Reason, long Count) : IComponentEvent
    {
        /// <inheritdoc/>
        public long Number { get; init; }
    }
}

/// <summary>The span of a message, in the place that a reference takes: most messages have none, and there may be very many of them.</summary>
internal readonly record struct TraceBox
{
    private readonly object? _context;

    public TraceBox(ActivityContext context) => _context = context == default ? null : context;

    public bool IsEmpty => _context is null;

    public ActivityContext Context => _context is ActivityContext context ? context : default;
}
