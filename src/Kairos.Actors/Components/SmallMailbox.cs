using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Kairos.Components;

/// <summary>
/// The mailbox of a component's actor: a linked list for many who tell and one who listens (after Dmitry Vyukov's MPSC queue). An idle
/// component pays forty bytes for it; Akka's own begins with room for 32 messages, which is more than a kilobyte.
/// </summary>
internal sealed class LinkedMailbox(Settings settings, Config config) : MailboxType(settings, config), IProducesMessageQueue<LinkedMailbox.Queue>
{
    /// <summary>Its section in the configuration.</summary>
    public const string Section = "kairos.mailbox";

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new Queue();

    /// <summary>Any thread enqueues. One at a time dequeues, as Akka sees to, and sees what the one before it did.</summary>
    internal sealed class Queue : IMessageQueue, IUnboundedMessageQueueSemantics
    {
        // The first node has been dequeued already; what follows it is next.
        private Node _first;
        private Node _last;

        public Queue() => _first = _last = new Node(default);

        /// <summary>
        /// False also in the moment in which a sender has taken its place, and has not been linked yet: it wakes the actor when it has been.
        /// </summary>
        public bool HasMessages => Volatile.Read(ref Volatile.Read(ref _first).Next) is not null;

        /// <summary>How many there are; about, while others enqueue.</summary>
        public int Count
        {
            get
            {
                var count = 0;
                for (var node = Volatile.Read(ref Volatile.Read(ref _first).Next); node is not null; node = Volatile.Read(ref node.Next)) count++;
                return count;
            }
        }

        public void Enqueue(IActorRef receiver, Envelope envelope)
        {
            var node = new Node(envelope);
            Volatile.Write(ref Interlocked.Exchange(ref _last, node).Next, node);
        }

        public bool TryDequeue(out Envelope envelope)
        {
            var first = _first;
            if (Volatile.Read(ref first.Next) is not { } next)
            {
                envelope = default;
                return false;
            }

            envelope = next.Envelope;
            next.Envelope = default;
            Volatile.Write(ref _first, next);
            first.Next = null; // a node that has grown old must not keep all later ones alive
            return true;
        }

        public void CleanUp(IActorRef owner, IMessageQueue deadletters)
        {
            while (TryDequeue(out var envelope)) deadletters.Enqueue(owner, envelope);
        }
    }

    private sealed class Node(Envelope envelope)
    {
        public Envelope Envelope = envelope;

        public Node? Next;
    }
}
