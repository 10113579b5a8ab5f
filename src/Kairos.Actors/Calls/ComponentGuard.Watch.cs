using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Akka.Actor;
using Kairos.Calls;
using static Kairos.ComponentEvents;

namespace Kairos;

/// <content>Events of the component, for code that is no actor.</content>
public sealed partial class ComponentGuard
{
    /// <summary>How many events wait for a reader of <see cref="WatchAsync"/>, where nothing else is said.</summary>
    public const int DefaultWatchCapacity = 1000;

    /// <summary>
    /// The component's events from its current state on, which is the first one. The enumeration ends with <see cref="ComponentRemoved"/>, or
    /// when the actor system has ended. A reader that is too slow holds nobody up: the oldest events are dropped, and an
    /// <see cref="EventsDropped"/> in their place says how many. Each enumeration is a subscription of its own. Thread-safe.
    /// </summary>
    /// <param name="capacity">How many events may wait, at least 1. Default 1,000.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is less than 1.</exception>
    public IAsyncEnumerable<IComponentEvent> WatchAsync(int capacity = DefaultWatchCapacity, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        return ReadAsync(capacity, cancellationToken);
    }

    private async IAsyncEnumerable<IComponentEvent> ReadAsync(int capacity, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long dropped = 0;
        var events = Channel.CreateBounded<IComponentEvent>(
            new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, _ => Interlocked.Increment(ref dropped));
        var subscriber = new EventReceiver(this, (IInternalActorRef)Supervisor, events.Writer);
        await using var end = Runtime.Ended.UnsafeRegister(static writer => ((ChannelWriter<IComponentEvent>)writer!).TryComplete(), events.Writer).ConfigureAwait(false);
        Subscribe(subscriber);
        try
        {
            while (await events.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (events.Reader.TryRead(out var next))
                {
                    if (Interlocked.Exchange(ref dropped, 0) is > 0 and var missed) yield return new EventsDropped(Component, missed) { Number = next.Number };
                    yield return next;
                    if (next is ComponentRemoved) yield break;
                }
            }
        }
        finally
        {
            events.Writer.TryComplete();
            Unsubscribe(subscriber);
        }
    }
}
