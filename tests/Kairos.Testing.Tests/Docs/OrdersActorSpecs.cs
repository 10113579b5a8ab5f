#pragma warning disable IDE0005 // the file shows all that a test project without a global using needs
// snippet: testkit
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Kairos;
using Xunit;

namespace MyAgent.Tests;

/// <summary>What is tested: an actor that stores orders itself, and reports what came of it.</summary>
public sealed class OrdersActor : ReceiveActor
{
    public OrdersActor(IActorRef kairos) => Receive<int>(number =>
    {
        if (number > 0) kairos.Tell(new ComponentProtocol.ReportSuccess("memory"));
        else kairos.Tell(new ComponentProtocol.ReportError("memory", new KairosError(ErrorCode.MemoryError, "database is locked")));
        Sender.Tell(number > 0);
    });
}

public sealed class OrdersActorSpecs : TestKit
{
    [Fact]
    public async Task Orders_that_are_not_stored_open_the_circuit_of_the_memory()
    {
        var kairos = this.StartKairos("kairos.components.memory.breaker.consecutive-failures = 2");
        var orders = Sys.ActorOf(Props.Create(() => new OrdersActor(kairos.Supervisor)));
        kairos["memory"].Subscribe(TestActor);
        await ExpectMsgAsync<ComponentEvents.CurrentState>();

        orders.Tell(0, ActorRefs.NoSender);
        orders.Tell(0, ActorRefs.NoSender);

        var error = await kairos["memory"].ExpectErrorAsync(ErrorCode.MemoryError);
        Assert.Equal("database is locked", error.Message);
        await kairos["memory"].ShouldOpenAsync();
        await FishForMessageAsync<ComponentEvents.CircuitStateChanged>(changed => changed.Transition.To == CircuitStatus.Open);
        Assert.Equal(2, kairos.Metrics.Total("kairos.errors.total", component: "memory"));
    }

    [Fact]
    public async Task The_memory_is_tried_again_after_30_seconds()
    {
        var kairos = this.StartKairos();
        await kairos["memory"].ForceOpenAsync();

        await kairos.AdvanceAsync(TimeSpan.FromSeconds(30));

        await kairos["memory"].ShouldHalfOpenAsync();
    }
}
// end
