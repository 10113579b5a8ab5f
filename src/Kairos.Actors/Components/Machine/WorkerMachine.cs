using System.Collections.Immutable;
using Kairos.CircuitBreaker;

namespace Kairos.Components;

/// <summary>A question for a worker, and who asks. What they are is the actor's business.</summary>
internal readonly record struct WorkerAsk(object Message, object From);

internal enum WorkerPhase
{
    Down,     // there is none until the back-off is over
    Starting, // its constructor and PreStart have yet to succeed
    Up,       // it takes messages
    Dying,    // it has crashed, and has yet to stop
}

internal enum WorkerInputKind
{
    Tick,    // time has passed, or the policy is another one
    Ask,     // somebody asks
    Ready,   // the worker has started, or has done with the message that it was given
    Crash,   // it crashed, and is being stopped
    NoStart, // it could not even be made
    Stopped, // after a crash, or of its own accord
    Gone,    // there will be no worker any more
}

/// <summary>What happens to a worker. A value.</summary>
internal readonly record struct WorkerInput(WorkerInputKind Kind, WorkerAsk Ask = default, long Number = 0)
{
    public static WorkerInput Of(WorkerAsk ask) => new(WorkerInputKind.Ask, ask);

    /// <param name="number">The number of what it was told last.</param>
    public static WorkerInput Ready(long number) => new(WorkerInputKind.Ready, Number: number);
}

internal enum WorkerStepKind
{
    Start,    // make a worker, and ask whether it is ready
    Give,     // give it a message, and ask whether it has done with it
    Refuse,   // tell who asked that there will be no answer
    TellUp,   // tell the component that the worker is up
    TellDown, // tell the component that it is down
}

/// <summary>What is to be done.</summary>
/// <param name="Kind">What.</param>
/// <param name="Ask">The question that is given, or refused.</param>
/// <param name="Number">By which the worker's being ready will be known.</param>
/// <param name="Why">Why it is refused.</param>
internal readonly record struct WorkerStep(WorkerStepKind Kind, WorkerAsk Ask = default, long Number = 0, string? Why = null);

/// <summary>Everything that is known of a worker, as a value. Only <see cref="WorkerMachine"/> makes the next one.</summary>
internal record struct WorkerState
{
    public WorkerPhase Phase { get; set; }

    /// <summary>When the phase began.</summary>
    public TimeSpan Since { get; set; }

    /// <summary>The number of what the worker was asked last: whether it is ready.</summary>
    public long Number { get; set; }

    /// <summary>The message that it was given last, until it has done with it.</summary>
    public WorkerAsk? InHand { get; set; }

    /// <summary>How often it went down or could not start, in a row.</summary>
    public int Failures { get; set; }

    /// <summary>When it was up last: only from then on is anybody kept waiting by its being down.</summary>
    public TimeSpan DownSince { get; set; }

    public ImmutableQueue<(WorkerAsk Ask, TimeSpan Since)> Waiting { get; set; }

    public int WaitingCount { get; set; }

    /// <summary>No worker yet; the first input starts one.</summary>
    public static WorkerState Initial(TimeSpan now) => new() { Since = now, Waiting = [] };

    /// <summary>When something is to be done although nothing happens.</summary>
    public readonly TimeSpan? NextDeadline(WorkerPolicy policy) =>
        Phase == WorkerPhase.Up ? null
        : Phase == WorkerPhase.Down ? Times.Earlier(NextStart(policy), NextOverdue(policy))
        : NextOverdue(policy);

    /// <summary>While it is down: when the next one is started.</summary>
    public readonly TimeSpan NextStart(WorkerPolicy policy) => Failures == 0 ? Since : Since + policy.DelayAfter(Failures);

    /// <summary>When the first of those who wait will have waited long enough for a worker that is not up.</summary>
    public readonly TimeSpan? NextOverdue(WorkerPolicy policy) =>
        Waiting.IsEmpty ? null : Times.Later(Waiting.PeekRef().Since, DownSince) + policy.LongestWait;
}

/// <summary>
/// When a worker is started, what it is given and what waits, as a pure function. It is given one message at a time, so one that goes down leaves
/// one message at most of which nobody knows whether it was begun. What is asked meanwhile waits in order, bounded in number, and in time while the
/// worker is not up. Starts in a row back off, and a worker that was up for longer than the longest back-off is forgiven.
/// </summary>
internal static class WorkerMachine
{
    /// <summary>How many questions may wait.</summary>
    public const int MostWaiting = 10_000;

    private const string Gone = "is gone: the component was removed, or its actor stopped";

    /// <summary>Decides what an input means. The state becomes the next one; what is returned is to be done in its order.</summary>
    public static ImmutableArray<WorkerStep> Advance(WorkerPolicy policy, ref WorkerState state, in WorkerInput input, TimeSpan now)
    {
        var steps = ImmutableArray.CreateBuilder<WorkerStep>();
        switch (input.Kind)
        {
            case WorkerInputKind.Ask when state.WaitingCount == MostWaiting:
                steps.Add(Refusal(input.Ask, $"is not ready for this message: {MostWaiting} others wait for it"));
                break;
            case WorkerInputKind.Ask:
                state.Waiting = state.Waiting.Enqueue((input.Ask, now));
                state.WaitingCount++;
                break;
            case WorkerInputKind.Ready when input.Number == state.Number:
                Proceed(ref state, steps, now);
                break;
            case WorkerInputKind.Crash:
                GoDown(policy, ref state, steps, now);
                break;
            case WorkerInputKind.NoStart or WorkerInputKind.Stopped:
                if (state.Phase != WorkerPhase.Dying) GoDown(policy, ref state, steps, now);
                Enter(ref state, WorkerPhase.Down, now);
                break;
            case WorkerInputKind.Gone:
                LetGo(ref state, steps, Gone);
                while (!state.Waiting.IsEmpty) steps.Add(Refusal(Take(ref state), Gone));
                return steps.DrainToImmutable();
            default:
                break;
        }

        Look(policy, ref state, steps, now);
        return steps.DrainToImmutable();
    }

    /// <summary>Does what it is time for. That is decided from the time that has passed, so a tick too many does no harm.</summary>
    private static void Look(WorkerPolicy policy, ref WorkerState state, ImmutableArray<WorkerStep>.Builder steps, TimeSpan now)
    {
        if (state is { Phase: WorkerPhase.Up, InHand: null, Waiting.IsEmpty: false })
        {
            state.InHand = Take(ref state);
            steps.Add(new WorkerStep(WorkerStepKind.Give, state.InHand.Value, ++state.Number));
        }

        while (state.Phase != WorkerPhase.Up && state.NextOverdue(policy) <= now)
            steps.Add(Refusal(Take(ref state), $"has been down for as long as a message waits, {policy.LongestWait.TotalSeconds:0.###} s"));

        if (state.Phase != WorkerPhase.Down || state.NextStart(policy) > now) return;
        Enter(ref state, WorkerPhase.Starting, now);
        steps.Add(new WorkerStep(WorkerStepKind.Start, Number: ++state.Number));
    }

    private static void Proceed(ref WorkerState state, ImmutableArray<WorkerStep>.Builder steps, TimeSpan now)
    {
        state.InHand = null;
        if (state.Phase != WorkerPhase.Starting) return;
        Enter(ref state, WorkerPhase.Up, now);
        steps.Add(new WorkerStep(WorkerStepKind.TellUp)); // the first time, too: an actor before this one may have left it down
    }

    private static void GoDown(WorkerPolicy policy, ref WorkerState state, ImmutableArray<WorkerStep>.Builder steps, TimeSpan now)
    {
        if (state.Phase == WorkerPhase.Up)
        {
            if (now - state.Since > policy.RestartDelayMax) state.Failures = 0; // it had been well for a while
            state.DownSince = now;
        }

        state.Failures++;
        steps.Add(new WorkerStep(WorkerStepKind.TellDown)); // the component knows before who asked
        LetGo(ref state, steps, "went down while it had this message, which may have had its effect");
        Enter(ref state, WorkerPhase.Dying, now);
    }

    private static void LetGo(ref WorkerState state, ImmutableArray<WorkerStep>.Builder steps, string why)
    {
        if (state.InHand is { } ask) steps.Add(Refusal(ask, why));
        state.InHand = null;
    }

    private static WorkerAsk Take(ref WorkerState state)
    {
        state.Waiting = state.Waiting.Dequeue(out var first);
        state.WaitingCount--;
        return first.Ask;
    }

    private static void Enter(ref WorkerState state, WorkerPhase phase, TimeSpan now) => (state.Phase, state.Since) = (phase, now);

    private static WorkerStep Refusal(WorkerAsk ask, string why) => new(WorkerStepKind.Refuse, ask, Why: why);
}
