using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Kairos.Components;
using Kairos.Tests.Calls;

namespace Kairos.Tests.Components;

public sealed class SmallMailboxTests
{
    private readonly SmallMailbox.Queue _queue = new();

    [Fact]
    public void It_gives_back_what_was_put_in_in_that_order_and_then_nothing()
    {
        for (var i = 0; i < 3; i++) Put(i);
        Assert.Equal((true, 3), (_queue.HasMessages, _queue.Count));

        Assert.Equal([0, 1, 2], TakeAll());

        Assert.Equal((false, 0), (_queue.HasMessages, _queue.Count));
        Put(4);
        Assert.Equal([4], TakeAll());
    }

    [Fact]
    public async Task Of_many_who_put_in_at_the_same_time_nothing_is_lost_and_each_ones_order_is_kept()
    {
        const int senders = 4, each = 100_000;
        var running = Enumerable.Range(0, senders).Select(sender => Task.Run(() =>
        {
            for (var i = 0; i < each; i++) Put((sender * each) + i);
        })).ToArray();

        var next = Enumerable.Range(0, senders).Select(sender => sender * each).ToArray();
        var taken = 0;
        while (taken < senders * each)
        {
            if (!_queue.TryDequeue(out var envelope))
            {
                if (Array.TrueForAll(running, task => task.IsCompleted) && !_queue.HasMessages) break;
                continue;
            }

            var number = (int)envelope.Message;
            Assert.Equal(next[number / each]++, number);
            taken++;
        }

        await Task.WhenAll(running).Soon();
        Assert.Equal(senders * each, taken);
    }

    [Fact]
    public void What_was_taken_is_not_kept_alive()
    {
        var taken = PutAndTake();
        GC.Collect();
        Assert.False(taken.TryGetTarget(out _));

        WeakReference<object> PutAndTake()
        {
            var message = new object();
            _queue.Enqueue(ActorRefs.Nobody, new Envelope(message, ActorRefs.NoSender));
            _queue.TryDequeue(out _);
            return new WeakReference<object>(message);
        }
    }

    [Fact]
    public async Task What_a_stopped_actor_leaves_goes_to_the_dead_letters()
    {
        var actors = Start();
        try
        {
            var dead = new TaskCompletionSource<object>(TaskCreationOptions.RunContinuationsAsynchronously);
            var listener = actors.ActorOf(Props.Create(() => new Listening(dead)));
            actors.EventStream.Subscribe(listener, typeof(DeadLetter));
            var actor = actors.ActorOf(Props.Create(() => new Stopping()).WithMailbox(SmallMailbox.Section));
            actor.Tell("stop");
            actor.Tell("late");

            Assert.Equal("late", await dead.Task.Soon());
        }
        finally
        {
            await actors.Terminate().Soon();
        }
    }

    [Fact]
    public async Task So_does_what_is_put_in_while_it_is_emptied_and_afterwards()
    {
        const int Messages = 100_000;
        var (dead, empties) = (new SmallMailbox.Queue(), new TaskCompletionSource());
        var putting = Task.Run(() =>
        {
            for (var i = 0; i < Messages; i++)
            {
                Put(i);
                if (i == Messages / 2) empties.SetResult();
            }
        });

        await empties.Task.Soon();
        _queue.CleanUp(ActorRefs.Nobody, dead);
        await putting.Soon();

        Assert.Equal((0, Messages), (_queue.Count, dead.Count));
    }

    [Fact]
    public async Task An_actor_that_falls_idle_in_the_moment_in_which_it_is_told_something_hears_of_it()
    {
        var actors = Start();
        try
        {
            var heard = new StrongBox<int>();
            var actor = actors.ActorOf(Props.Create(() => new Hearing(heard)).WithMailbox(SmallMailbox.Section));
            var (begin, lost) = (TimeProvider.System.GetTimestamp(), 0);
            for (var i = 1; lost == 0 && TimeProvider.System.GetElapsedTime(begin) < TimeSpan.FromSeconds(3); i++)
            {
                actor.Tell(i, ActorRefs.NoSender);
                var told = TimeProvider.System.GetTimestamp();
                while (Volatile.Read(ref heard.Value) != i && TimeProvider.System.GetElapsedTime(told) < TimeSpan.FromSeconds(20)) ;
                if (Volatile.Read(ref heard.Value) != i) lost = i;
            }

            Assert.Equal(0, lost);
        }
        finally
        {
            await actors.Terminate().Soon();
        }
    }

    private static ActorSystem Start() => ActorSystem.Create("mailbox", ConfigurationFactory.ParseString($$"""
        {{SmallMailbox.Section}}.mailbox-type = "Kairos.Components.SmallMailbox, Kairos.Actors"
        akka { loglevel = OFF, stdout-loglevel = OFF }
        """));

    private void Put(int number) => _queue.Enqueue(ActorRefs.Nobody, new Envelope(number, ActorRefs.NoSender));

    private List<int> TakeAll()
    {
        var all = new List<int>();
        while (_queue.TryDequeue(out var envelope)) all.Add((int)envelope.Message);
        return all;
    }

    private sealed class Stopping : UntypedActor
    {
        protected override void OnReceive(object message) => Context.Stop(Self);
    }

    private sealed class Hearing(StrongBox<int> heard) : UntypedActor
    {
        protected override void OnReceive(object message) => Volatile.Write(ref heard.Value, (int)message);
    }

    private sealed class Listening(TaskCompletionSource<object> heard) : UntypedActor
    {
        protected override void OnReceive(object message) => heard.TrySetResult(((DeadLetter)message).Message);
    }
}
