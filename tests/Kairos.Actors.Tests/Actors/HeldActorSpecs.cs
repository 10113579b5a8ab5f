using Akka.Actor;
using Kairos.Actors;
using static Kairos.ComponentEvents;

namespace Kairos.Tests.Actors;

/// <summary>What happens to others while a component's actor is held up.</summary>
public sealed class HeldActorSpecs : KairosTestKit
{
    private readonly Hold _hold;

    public HeldActorSpecs()
        : this(new Hold())
    {
    }

    private HeldActorSpecs(Hold hold)
        : base(configure: options =>
        {
            options.Recorder = (component, _, _, _) => hold.Take(component);
            options.MaxComponents = 10_000;
        }) => _hold = hold;

    [Fact]
    public async Task A_sub_component_that_leaves_while_its_parent_is_being_replaced_is_forgotten()
    {
        Fail("tools/search", times: 5);
        Assert.Equal(ComponentHealth.Degraded, (await Settled("tools")).Health);
        var tools = await ActorAt("tools");
        Watch(tools);

        using (await _hold.HoldAsync("tools", () => Fail("tools")))
        {
            tools.Tell(PoisonPill.Instance, ActorRefs.NoSender);
            Kairos.Remove("tools/search"); // its parent is told behind that
            await AwaitAssertAsync(() => Assert.Null(Kairos["tools/search"].Snapshot));
            await (await ActorAtOnce("tools:search")).Ask<ComponentProtocol.DrainBarrier>(ComponentProtocol.DrainBarrier.Instance, TimeSpan.FromSeconds(30));
        }

        await ExpectTerminatedAsync(tools);
        await AwaitAssertAsync(async () =>
        {
            Time.Advance(TimeSpan.FromSeconds(10)); // from when it has forgotten it
            Assert.Equal(ComponentHealth.Healthy, (await Settled("tools")).Health);
        });
    }

    [Fact]
    public async Task Draining_waits_for_an_actor_that_was_told_to_end_with_reports_in_its_mailbox()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(ComponentRemoved));
        Task draining;
        using (await _hold.HoldAsync("speech", () => Fail("speech", times: 100)))
        {
            Kairos.Remove("speech");
            for (var i = 0; i <= KairosSupervisor.MostLingering; i++)
            {
                Fail($"one/c{i}");
                Kairos.Remove($"one/c{i}");
            }

            draining = Kairos.DrainAsync();
            await AwaitAssertAsync(() => Assert.DoesNotContain(Kairos.Snapshots, one => one.Component.StartsWith("one/", StringComparison.Ordinal)));
            await Task.WhenAny(draining, Task.Delay(TimeSpan.FromSeconds(0.5))); // that nothing happens can only be waited for
            Assert.False(draining.IsCompleted);
        }

        await draining.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(100, (await FishForMessageAsync<ComponentRemoved>(removed => removed.Component == "speech")).Errors);
    }

    private Task<IActorRef> ActorAtOnce(string path) => Sys.ActorSelection("/user/kairos/" + path).ResolveOne(TimeSpan.FromSeconds(30));

    /// <summary>Holds the actor of one component up.</summary>
    private sealed class Hold
    {
        private readonly TaskCompletionSource _isHeld = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly object _end = new();
        private volatile string? _component;

        public void Take(string component)
        {
            if (component != _component) return;
            _isHeld.TrySetResult();
            lock (_end)
            {
                if (_component is not null) Monitor.Wait(_end, TimeSpan.FromSeconds(60));
            }
        }

        public async Task<IDisposable> HoldAsync(string component, Action wake)
        {
            _component = component;
            wake();
            await _isHeld.Task.WaitAsync(TimeSpan.FromSeconds(30));
            return new End(this);
        }

        private sealed class End(Hold hold) : IDisposable
        {
            public void Dispose()
            {
                lock (hold._end)
                {
                    hold._component = null;
                    Monitor.PulseAll(hold._end);
                }
            }
        }
    }
}
