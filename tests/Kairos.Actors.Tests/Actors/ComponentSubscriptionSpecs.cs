using Akka.Actor;
using Akka.Event;
using Kairos.Hosting;
using static Kairos.ComponentEvents;
using static Kairos.ComponentProtocol;

namespace Kairos.Tests.Actors;

public sealed class ComponentSubscriptionSpecs : KairosTestKit
{
    [Fact]
    public async Task A_subscriber_is_told_the_current_state_first()
    {
        Fail("llm", times: 5);
        Tell(new Subscribe("llm", TestActor));
        Fail("llm");

        var first = await ExpectMsgAsync<CurrentState>();
        Assert.Equal((5, CircuitStatus.Open, 1), (first.Snapshot.Errors, first.Snapshot.Circuit, first.Snapshot.Sequence));
        await ExpectMsgAsync<ErrorRecorded>();
    }

    [Fact]
    public async Task A_subscriber_that_throws_costs_nobody_else_an_event_and_the_component_nothing()
    {
        Tell(new Subscribe("llm", new Throwing()));
        Tell(new Subscribe("llm", TestActor));
        await ExpectMsgAsync<CurrentState>();

        Tell(new Isolate("llm"));
        Assert.Equal(1, (await ExpectMsgAsync<CircuitStateChanged>()).Transition.Sequence);
        await ExpectMsgAsync<HealthStatusChanged>();
        Tell(new Reset("llm"));
        Assert.Equal(2, (await ExpectMsgAsync<CircuitStateChanged>()).Transition.Sequence);
        Kairos.Remove("llm");
        await ExpectMsgAsync<ComponentRemoved>();
        Assert.Null(((KairosInstance)Kairos).MetricsOf("llm").Restarts);
    }

    [Fact]
    public async Task A_subscription_creates_the_component()
    {
        Tell(new Subscribe("speech", TestActor));

        Assert.Equal(0, (await ExpectMsgAsync<CurrentState>()).Snapshot.Sequence);
    }

    [Fact]
    public async Task Every_subscriber_is_told_and_only_of_its_component()
    {
        var (one, other) = (CreateTestProbe(), CreateTestProbe());
        Tell(new Subscribe("llm", one));
        Tell(new Subscribe("llm", other));
        Fail("memory");
        Fail("llm");

        foreach (var probe in new[] { one, other })
        {
            Assert.Equal("llm", (await probe.ExpectMsgAsync<CurrentState>()).Component);
            Assert.Equal("llm", (await probe.ExpectMsgAsync<ErrorRecorded>()).Component);
        }
    }

    [Fact]
    public async Task Subscribing_twice_tells_each_event_once()
    {
        Tell(new Subscribe("llm", TestActor));
        Tell(new Subscribe("llm", TestActor));
        Fail("llm");
        Tell(new Isolate("llm"));

        await ExpectMsgAsync<CurrentState>();
        await ExpectMsgAsync<CurrentState>();
        await ExpectMsgAsync<ErrorRecorded>();
        await ExpectMsgAsync<CircuitStateChanged>();
    }

    [Fact]
    public async Task Who_has_unsubscribed_is_told_nothing_more()
    {
        Tell(new Subscribe("llm", TestActor));
        Tell(new Unsubscribe("llm", TestActor));
        Fail("llm", times: 5);
        Tell(new GetSnapshot("llm"));

        await ExpectMsgAsync<CurrentState>();
        Assert.Equal(5, (await ExpectMsgAsync<ComponentSnapshot>()).Errors);
    }

    [Fact]
    public async Task A_subscriber_that_stops_is_forgotten()
    {
        var (leaving, deadLetters) = (CreateTestProbe(), CreateTestProbe());
        Tell(new Subscribe("llm", leaving));
        await leaving.ExpectMsgAsync<CurrentState>();
        Sys.Stop(leaving);
        Watch(leaving);
        await ExpectTerminatedAsync(leaving);
        Sys.EventStream.Subscribe(deadLetters.Ref, typeof(DeadLetter));

        await DeadLetters.EndFor(leaving, deadLetters, () =>
        {
            Fail("llm");
            return Settled("llm");
        });
    }

    [Fact]
    public async Task A_subscriber_that_stopped_leaves_the_others_subscribed()
    {
        var leaving = CreateTestProbe();
        Tell(new Subscribe("llm", leaving));
        Tell(new Subscribe("llm", TestActor));
        await ExpectMsgAsync<CurrentState>();
        Sys.Stop(leaving);

        Fail("llm");

        await ExpectMsgAsync<ErrorRecorded>();
    }

    /// <summary>An actor's address of somebody's own making.</summary>
    private sealed class Throwing : MinimalActorRef
    {
        public override ActorPath Path { get; } = new RootActorPath(new Address("akka", "elsewhere")) / "throwing";

        public override IActorRefProvider Provider => throw new NotSupportedException();

        protected override void TellInternal(object message, IActorRef sender) => throw new NotSupportedException("of somebody's own");
    }
}
