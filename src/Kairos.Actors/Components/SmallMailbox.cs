using System.Runtime.InteropServices;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Kairos.Components;

/// <summary>
/// The mailbox of a component's actor: many who tell and one who listens, so it needs a single atomic step for each message. An idle component
/// pays little for it; Akka's own begins with room for 32 messages, which is more than a kilobyte.
/// </summary>
internal sealed class SmallMailbox(Settings settings, Config config) : MailboxType(settings, config), IProducesMessageQueue<SmallMailbox.Queue>
{
    /// <summary>Its section in the configuration.</summary>
    public const string Section = "kairos.mailbox";

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new Queue();

    /// <summary>
    /// Any thread enqueues. One at a time dequeues, as Akka sees to, and sees what the one before it did. When the actor has stopped, what is left
    /// and what still comes becomes a dead letter: who had looked the mailbox up before may put something in after it was emptied.
    /// </summary>
    internal sealed class Queue : IMessageQueue, IUnboundedMessageQueueSemantics
    {
        private const int Least = 4;
        private const int Most = 64; // what was a long queue once keeps no more than this
        private Chunk _first;
        private Chunk _last;
        private Closed? _closed;

        public Queue() => _first = _last = new Chunk(Least);

        /// <summary>
        /// False also in the moment in which a sender has taken a place and not yet filled it: that sender wakes the actor when it has.
        /// </summary>
        public bool HasMessages
        {
            get
            {
                var first = Volatile.Read(ref _first);
                return first.HasNext || (first.IsSpent && first.Next?.HasNext == true);
            }
        }

        /// <summary>How many there are; about, while others enqueue.</summary>
        public int Count
        {
            get
            {
                var count = 0;
                for (var chunk = Volatile.Read(ref _first); chunk is not null; chunk = chunk.Next) count += chunk.Count;
                return count;
            }
        }

        public void Enqueue(IActorRef receiver, Envelope envelope)
        {
            while (true)
            {
                var last = Volatile.Read(ref _last);
                if (last.TryAdd(envelope)) break;
                var next = last.Next ?? last.Link(new Chunk(Math.Min(last.Length * 2, Most)));
                Interlocked.CompareExchange(ref _last, next, last);
            }

            if (Volatile.Read(ref _closed) is { } closed) GiveUp(closed);
        }

        public bool TryDequeue(out Envelope envelope)
        {
            var first = _first;
            if (first.IsSpent)
            {
                if (first.Next is not { } next)
                {
                    envelope = default;
                    return false;
                }

                Volatile.Write(ref _first, next);
                first = next;
            }

            return first.TryTake(out envelope);
        }

        public void CleanUp(IActorRef owner, IMessageQueue deadletters)
        {
            var closed = new Closed(owner, deadletters);
            Interlocked.Exchange(ref _closed, closed);
            GiveUp(closed);
        }

        /// <summary>Who has put a message in sees that the actor has stopped, or who says so sees the message.</summary>
        private void GiveUp(Closed closed)
        {
            lock (closed)
            {
                while (TryDequeue(out var envelope)) closed.DeadLetters.Enqueue(closed.Owner, envelope);
            }
        }

        private sealed record Closed(IActorRef Owner, IMessageQueue DeadLetters);
    }

    /// <summary>A row of places. Each is taken by one sender and emptied once.</summary>
    private sealed class Chunk(int length)
    {
        private readonly (object? Message, IActorRef? Sender)[] _places = new (object?, IActorRef?)[length];
        private Chunk? _next;
        private Positions _at;

        public int Length => length;

        public Chunk? Next => Volatile.Read(ref _next);

        public bool IsSpent => Volatile.Read(ref _at.Emptied) == length;

        public int Count => Math.Min(Volatile.Read(ref _at.Taken), length) - Volatile.Read(ref _at.Emptied);

        public bool HasNext
        {
            get
            {
                var place = Volatile.Read(ref _at.Emptied);
                return place < length && Volatile.Read(ref _places[place].Message) is not null;
            }
        }

        public bool TryAdd(in Envelope envelope)
        {
            if (Volatile.Read(ref _at.Taken) >= length) return false;
            var place = Interlocked.Increment(ref _at.Taken) - 1;
            if (place >= length) return false;
            _places[place].Sender = envelope.Sender;

            // The sender looks next whether the actor is idle, and the actor, falling idle, whether there is a message. One of the two must
            // see what the other did: a write that is only ordered could still be on its way when the sender looks.
            Interlocked.Exchange(ref _places[place].Message, envelope.Message);
            return true;
        }

        public bool TryTake(out Envelope envelope)
        {
            ref var place = ref _places[_at.Emptied];
            if (Volatile.Read(ref place.Message) is not { } message)
            {
                envelope = default;
                return false;
            }

            envelope = new Envelope(message, place.Sender!);
            place = default;
            Volatile.Write(ref _at.Emptied, _at.Emptied + 1);
            return true;
        }

        /// <summary>Links what comes after this; the first one stays.</summary>
        public Chunk Link(Chunk next) => Interlocked.CompareExchange(ref _next, next, null) ?? next;
    }

    /// <summary>
    /// How far senders and the actor have come, each in a cache line of its own: in one, each would wait for the other's core at every message.
    /// </summary>
    [StructLayout(LayoutKind.Explicit, Size = 192)]
    private struct Positions
    {
        /// <summary>Places that senders have taken, and more when some came too late.</summary>
        [FieldOffset(64)]
        public int Taken;

        /// <summary>Places that the actor has emptied.</summary>
        [FieldOffset(128)]
        public int Emptied;
    }
}
