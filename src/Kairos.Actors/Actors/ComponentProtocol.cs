using System.Diagnostics;
using Akka.Actor;
using Kairos.Actors;
using Kairos.CircuitBreaker;
using Kairos.Components;
using Kairos.State;

namespace Kairos;

/// <summary>A message that concerns one component. Sent to the supervisor, it finds its way.</summary>
public interface IComponentMessage
{
    /// <summary>The component's name.</summary>
    string Component { get; }
}

/// <summary>A command that creates the component it names where there is none yet.</summary>
public interface ICreatesComponent : IComponentMessage;

/// <summary>
/// The commands and queries that the supervisor (<see cref="Kairos.IKairos.Supervisor"/>) and component actors understand. All are immutable. A command that
/// cannot be taken is counted, logged once and, where there is a sender, answered with <see cref="Status.Failure"/>.
/// </summary>
public static class ComponentProtocol
{
    /// <summary>A call failed. The error is counted and weighed by the breaker.</summary>
    /// <param name="Component">The component that was called.</param>
    /// <param name="Error">What went wrong.</param>
    public sealed record ReportError(string Component, KairosError Error) : ICreatesComponent
    {
        /// <summary>How long the call took; where given, it counts for the slow-call rule.</summary>
        public TimeSpan? Duration { get; init; }

        private readonly TraceBox _trace;

        /// <summary>The span in which it happened; an actor has no current one.</summary>
        public ActivityContext Trace { get => _trace.Context; init => _trace = new TraceBox(value); }
    }

    /// <summary>A call succeeded.</summary>
    /// <param name="Component">The component that was called.</param>
    public sealed record ReportSuccess(string Component) : ICreatesComponent
    {
        /// <summary>How long the call took; where given, it counts for the slow-call rule.</summary>
        public TimeSpan? Duration { get; init; }
    }

    /// <summary>Errors recorded earlier were resolved, because the call that saw them ended in success.</summary>
    /// <param name="Component">The component.</param>
    /// <param name="Kind">The errors' kind.</param>
    /// <param name="Count">How many, at least 1. Of each kind no more can recover than were recorded.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is less than 1.</exception>
    public sealed record ReportRecovery(string Component, ErrorKind Kind, long Count = 1) : ICreatesComponent
    {
        /// <summary>How many errors were resolved.</summary>
        public long Count { get; init => field = AtLeastOne(value); } = AtLeastOne(Count);

        /// <summary>Time from the first error to the success, where that is known.</summary>
        public TimeSpan? Duration { get; init; }

        private static long AtLeastOne(long count)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(Count));
            return count;
        }
    }

    /// <summary>A health verdict from outside. It holds until the next one.</summary>
    /// <param name="Component">The component.</param>
    /// <param name="Status">The verdict; unhealthy opens the circuit unless the settings say otherwise.</param>
    /// <param name="Message">Why, for logs.</param>
    public sealed record ReportHealth(string Component, ComponentHealth Status, string? Message = null) : ICreatesComponent
    {
        /// <summary>What it is and whom it is for, without its text, which may hold a secret.</summary>
        public override string ToString() => $"{nameof(ReportHealth)} {{ {Component}, {Status} }}";
    }

    /// <summary>Opens the circuit until it is reset.</summary>
    /// <param name="Component">The component.</param>
    public sealed record Isolate(string Component) : ICreatesComponent;

    /// <summary>Closes the circuit and forgets failures and growth.</summary>
    /// <param name="Component">The component.</param>
    public sealed record Reset(string Component) : ICreatesComponent;

    /// <summary>Puts new settings in force; state, window and deadline stay.</summary>
    /// <param name="Component">The component.</param>
    /// <param name="Settings">All its settings.</param>
    public sealed record Reconfigure(string Component, ComponentSettings Settings) : ICreatesComponent;

    /// <summary>Asks to be told the component's events. The first one is <see cref="ComponentEvents.CurrentState"/>. A subscriber that stops is forgotten.</summary>
    /// <param name="Component">The component.</param>
    /// <param name="Subscriber">Who is told.</param>
    public sealed record Subscribe(string Component, IActorRef Subscriber) : ICreatesComponent;

    /// <summary>Ends a subscription.</summary>
    /// <param name="Component">The component.</param>
    /// <param name="Subscriber">Who is no longer told.</param>
    public sealed record Unsubscribe(string Component, IActorRef Subscriber) : IComponentMessage;

    /// <summary>
    /// Removes the component, its sub-components and their series. Told to the supervisor. What was told to the component before is counted,
    /// what comes later is refused (<c>removed</c>); its name is free at once.
    /// </summary>
    /// <param name="Component">The component.</param>
    public sealed record Remove(string Component) : IComponentMessage;

    /// <summary>Asks for the component's <see cref="ComponentSnapshot"/>, with all reports that the same sender told before it.</summary>
    /// <param name="Component">The component.</param>
    public sealed record GetSnapshot(string Component) : IComponentMessage;

    /// <summary>Asks the supervisor for the snapshots of all components, as <see cref="AllSnapshots"/>, with all reports told before it.</summary>
    public sealed record GetAll
    {
        private GetAll()
        {
        }

        /// <summary>The message.</summary>
        public static GetAll Instance { get; } = new();
    }

    /// <summary>The answer to <see cref="GetAll"/>, ordered by name.</summary>
    /// <param name="Snapshots">One for each component.</param>
    public sealed record AllSnapshots(IReadOnlyList<ComponentSnapshot> Snapshots);

    /// <summary>Creates a component, and nothing else.</summary>
    internal sealed record Create(string Component) : ICreatesComponent;

    /// <summary>
    /// A guarded call has ended in a way that the breaker must know of: it failed, was slow, was a probe call, or was the first success that the actor asked for.
    /// </summary>
    /// <param name="Component">The component that was called.</param>
    /// <param name="Ticket">What the call was admitted with.</param>
    /// <param name="Status">How it ended.</param>
    /// <param name="Error">The error, where there was one.</param>
    internal sealed record CallEnded(string Component, CallTicket Ticket, CallStatus Status, KairosError? Error) : ICreatesComponent
    {
        public TimeSpan? Duration { get; init; }

        public ActivityContext Trace { get; init; }

        /// <summary>Completed when the outcome has been taken into account; null where nobody waits.</summary>
        public Acknowledgement? Acknowledgement { get; init; }

        /// <summary>Whether this is the second try, after a crash.</summary>
        public bool IsRetold { get; init; }
    }

    /// <summary>Tells the breaker alone something, by hand: nothing is counted.</summary>
    internal sealed record Force(string Component, BreakerInput Input) : ICreatesComponent;

    /// <summary>A message for the component's worker.</summary>
    internal sealed record AskWorker(string Component, object Message) : ICreatesComponent
    {
        public override string ToString() => $"{nameof(AskWorker)} {{ {Component}, {Message.GetType().Name} }}";
    }

    /// <summary>A caller found a deadline passed, or claimed a slot for a probe call: look at the time.</summary>
    internal sealed record Nudge(string Component, Acknowledgement? Acknowledgement) : ICreatesComponent;

    /// <summary>Calls are not made, and it is time to tell so. For a component's actor alone, which knows how many.</summary>
    internal sealed record TellRejections(RejectionReason Reason);

    /// <summary>A hint that time has passed.</summary>
    internal sealed record Tick { public static readonly Tick Instance = new(); }

    /// <summary>The supervisor is told that the settings in force are others now.</summary>
    /// <param name="Root">Only components beneath this one are affected; null for all.</param>
    internal sealed record SettingsChanged(string? Root);

    /// <summary>A component's probe and worker are told that the settings in force are others now.</summary>
    internal sealed record PolicyChanged { public static readonly PolicyChanged Instance = new(); }

    /// <summary>What the reports of a burst have added up to is to be published, now that the burst is over.</summary>
    internal sealed record Publish { public static readonly Publish Instance = new(); }

    /// <summary>A sub-component tells its parent how it is, healthy when it leaves; its number tells it from a former one of that name.</summary>
    internal sealed record ReportChildHealth(string Child, long Number, ComponentHealth Status);

    /// <summary>The answer to <see cref="Create"/>.</summary>
    internal sealed record Created(ComponentHandle Handle);

    /// <summary>Sent by the supervisor to an actor that takes the place of one that somebody has stopped, once everybody can find it.</summary>
    internal sealed record TakeUp { public static readonly TakeUp Instance = new(); }

    /// <summary>The supervisor's order to a component's actor: messages before it are counted, messages after it are refused.</summary>
    internal sealed record Leave { public static readonly Leave Instance = new(); }

    /// <summary>Asks the supervisor for an answer when all that was told so far has been decided and counted.</summary>
    /// <param name="WithLog">Whether what was logged is waited for, too.</param>
    internal sealed record Drain(bool WithLog = true) { public static readonly Drain Instance = new(); }

    /// <summary>Answered when every earlier message has been handled.</summary>
    internal sealed record DrainBarrier { public static readonly DrainBarrier Instance = new(); }

    /// <summary>What a report, a command or the end of a call means to the machine; the same for actors and for the replay of a journal.</summary>
    /// <exception cref="ArgumentException">It means nothing to the machine.</exception>
    internal static ComponentInput InputOf(IComponentMessage message, BreakerPolicy policy) => message switch
    {
        ReportError m => ComponentInput.OfError(m.Error, CallTicket.Report, m.Duration),
        ReportSuccess m => ComponentInput.Of(BreakerInput.Success(CallTicket.Report, m.Duration)),
        ReportRecovery m => ComponentInput.OfRecovery(m.Kind, m.Count),
        ReportHealth m => ComponentInput.OfHealth(m.Status),
        Isolate => ComponentInput.Of(BreakerInput.Isolate),
        Reset => ComponentInput.Of(BreakerInput.Reset),
        Force m => ComponentInput.Of(m.Input),
        CallEnded { Error: { } error } m => ComponentInput.OfError(error, m.Ticket, m.Duration),
        CallEnded { Status: not CallStatus.Success } m => ComponentInput.Of(BreakerInput.Neutral(m.Ticket)),
        CallEnded { Ticket.IsProbe: true } m => ComponentInput.Of(BreakerInput.Success(m.Ticket, m.Duration)),
        CallEnded m => ComponentInput.Of(BreakerInput.Traffic(0, policy.IsSlow(m.Duration) ? 1 : 0, m.Ticket.Generation)), // the ledger has counted it
        _ => throw new ArgumentException($"{message.GetType().Name} is not a report", nameof(message)),
    };
}
