using Akka.Actor;
using static Kairos.ComponentEvents;

namespace Kairos.Testing;

/// <summary>Sees what components tell, and lets tests wait for it. Told on the actors' threads. Thread-safe.</summary>
internal sealed class EventRecorder(ActorSystem system) : MinimalActorRef
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SeenEvents> _seen = new(StringComparer.Ordinal);
    private TaskCompletionSource _next = New();

    public override ActorPath Path { get; } = ((ExtendedActorSystem)system).Provider.TempPath();

    public override IActorRefProvider Provider => ((ExtendedActorSystem)system).Provider;

    /// <summary>Ends with the next event.</summary>
    public Task Next
    {
        get
        {
            lock (_lock) return _next.Task;
        }
    }

    /// <summary>What was seen of a component.</summary>
    public T Of<T>(string component, Func<SeenEvents, T> look)
    {
        lock (_lock)
        {
            if (!_seen.TryGetValue(component, out var seen)) _seen[component] = seen = new SeenEvents();
            return look(seen);
        }
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is not IComponentEvent told) return;
        TaskCompletionSource next;
        lock (_lock)
        {
            Of(told.Component, seen => seen.Add(told));
            (next, _next) = (_next, New());
        }

        next.SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What was seen of one component; the last of it. Under the recorder's lock.</summary>
internal sealed class SeenEvents
{
    private const int Most = 1000;
    private readonly List<KairosError> _untaken = [];
    private long _transitions;

    /// <summary>The last transitions, each with its number among all that were seen.</summary>
    public Queue<(long Number, CircuitStateChanged Change)> Transitions { get; } = new();

    /// <summary>The last errors.</summary>
    public Queue<KairosError> Errors { get; } = new();

    /// <summary>How many transitions were seen.</summary>
    public long Seen => _transitions;

    /// <summary>Whether the circuit went to a state behind a number of transitions.</summary>
    public bool WentTo(CircuitStatus state, long since) => Transitions.Any(seen => seen.Number > since && seen.Change.Transition.To == state);

    /// <summary>The first error of a code that no test has taken yet, which is taken with that; null where there is none.</summary>
    public KairosError? Take(ErrorCode code)
    {
        var index = _untaken.FindIndex(error => error.Code == code);
        if (index < 0) return null;
        var found = _untaken[index];
        _untaken.RemoveAt(index);
        return found;
    }

    public bool Add(IComponentEvent told)
    {
        switch (told)
        {
            case CircuitStateChanged changed:
                Keep(Transitions, (++_transitions, changed));
                return true;
            case ErrorRecorded { Error: var error }:
                Keep(Errors, error);
                _untaken.Add(error);
                if (_untaken.Count > Most) _untaken.RemoveAt(0);
                return true;
            default:
                return false;
        }
    }

    private static void Keep<T>(Queue<T> queue, T one)
    {
        queue.Enqueue(one);
        if (queue.Count > Most) queue.Dequeue();
    }
}
