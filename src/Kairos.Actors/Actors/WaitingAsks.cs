using Akka.Actor;

namespace Kairos.Actors;

/// <summary>What waits for a component's worker, in order; bounded in number, and in time while the worker is down. Used by one actor.</summary>
internal sealed class WaitingAsks(string component)
{
    /// <summary>How many may wait.</summary>
    public const int Most = 10_000;

    private readonly Queue<(object Message, IActorRef Sender, TimeSpan Since)> _waiting = new();

    /// <summary>When the worker was up last: only from then on is anybody kept waiting by its being down.</summary>
    public TimeSpan DownSince { get; set; }

    /// <summary>Takes a message, or refuses it where too many wait already.</summary>
    public void Add(object message, IActorRef sender, TimeSpan now)
    {
        if (_waiting.Count < Most) _waiting.Enqueue((message, sender, now));
        else Refuse(sender, $"is not ready for this message: {Most} others wait for it");
    }

    /// <summary>The message that has waited longest.</summary>
    public bool TryTake(out (object Message, IActorRef Sender, TimeSpan Since) next) => _waiting.TryDequeue(out next);

    /// <summary>When the first of them will have waited long enough.</summary>
    public TimeSpan? NextOverdue(WorkerPolicy policy) => _waiting.TryPeek(out var first)
        ? (first.Since > DownSince ? first.Since : DownSince) + policy.LongestWait
        : null;

    /// <summary>Refuses what has waited long enough.</summary>
    public void RefuseOverdue(WorkerPolicy policy, TimeSpan now)
    {
        while (NextOverdue(policy) <= now)
            Refuse(_waiting.Dequeue().Sender, $"has been down for as long as a message waits, {policy.LongestWait.TotalSeconds:0.###} s");
    }

    /// <summary>Refuses all: there will be no worker any more.</summary>
    public void RefuseAll(string why)
    {
        while (_waiting.TryDequeue(out var waiting)) Refuse(waiting.Sender, why);
    }

    private void Refuse(IActorRef sender, string why) => sender.Tell(new Status.Failure(new WorkerUnavailableException(component, why)));
}
