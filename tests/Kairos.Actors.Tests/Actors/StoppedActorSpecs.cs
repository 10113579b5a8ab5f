using Akka.Actor;
using static Kairos.ComponentEvents;
using static Kairos.ComponentProtocol;

namespace Kairos.Tests.Actors;

/// <summary>Somebody stops one of Kairos' actors from outside: it comes back with all that it knew.</summary>
public sealed class StoppedActorSpecs : KairosTestKit
{
    [Fact]
    public async Task A_component_comes_back_with_its_state()
    {
        Fail("llm", times: 5);
        await Settled("llm");

        await Stop("llm");

        Tell(new GetSnapshot("llm"));
        var llm = await ExpectMsgAsync<ComponentSnapshot>();
        Assert.Equal((CircuitStatus.Open, 5, 1), (llm.Circuit, llm.Errors, llm.Sequence));
        Kairos["llm"].ReportError(Error());
        Assert.Equal(6, (await Settled("llm")).Errors);
    }

    [Fact]
    public async Task Its_deadline_still_holds()
    {
        Fail("llm", times: 5);
        await Settled("llm");
        await Stop("llm");
        Tell(new Subscribe("llm", TestActor));
        await ExpectMsgAsync<CurrentState>();
        await Kairos.DrainAsync();

        Time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(Time.Start.AddSeconds(30), (await ExpectMsgAsync<CircuitStateChanged>()).At);
    }

    [Fact]
    public async Task Its_subscribers_hear_on_and_are_forgotten_when_they_stop()
    {
        var leaving = CreateTestProbe();
        Tell(new Subscribe("llm", leaving));
        await leaving.ExpectMsgAsync<CurrentState>();
        await Stop("llm");
        await leaving.ExpectMsgAsync<CurrentState>(); // where the numbers of what follows count on from
        Fail("llm");
        await leaving.ExpectMsgAsync<ErrorRecorded>();
        var deadLetters = CreateTestProbe();

        Sys.Stop(leaving);
        Watch(leaving);
        await ExpectTerminatedAsync(leaving);
        Sys.EventStream.Subscribe(deadLetters.Ref, typeof(Akka.Event.DeadLetter));

        await DeadLetters.EndFor(leaving, deadLetters, () =>
        {
            Fail("llm");
            return Settled("llm");
        });
    }

    [Fact]
    public async Task Its_sub_components_come_back_too()
    {
        Fail("tools/search/web", times: 5);
        await Settled("tools/search/web");

        await Stop("tools");
        Fail("tools/search/web");
        Kairos["tools/search"].ReportError(Error());

        Assert.Equal((6, CircuitStatus.Open), ((await Settled("tools/search/web")).Errors, Kairos["tools/search/web"].Snapshot!.Circuit));
        Assert.Equal(1, Kairos["tools/search"].Snapshot!.Errors);
        Assert.Equal(ComponentHealth.Degraded, Kairos["tools"].Snapshot!.Health);
    }

    [Fact]
    public async Task It_can_be_removed_and_created_anew_afterwards()
    {
        Fail("speech/in");
        await Settled("speech/in");
        await Stop("speech");

        Kairos.Remove("speech");
        await Kairos.DrainAsync();
        Assert.Null(Kairos["speech"].Snapshot);
        Fail("speech/in", times: 2);

        Assert.Equal(2, (await Settled("speech/in")).Errors);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_metrics_actor_comes_back(bool kill)
    {
        if (kill) (await ActorAt("metrics")).Tell(Kill.Instance, ActorRefs.NoSender); // it is restarted in its place
        else await Stop("metrics");

        Fail("llm");

        Assert.Equal(1, (await Settled("llm")).Errors);
        Assert.NotNull(await ActorAt("metrics"));
    }

    private async Task Stop(string path)
    {
        var actor = await ActorAt(path);
        Watch(actor);
        actor.Tell(PoisonPill.Instance, ActorRefs.NoSender);
        await ExpectTerminatedAsync(actor);
        await AwaitAssertAsync(async () => Assert.NotEqual(actor, await ActorAt(path)));
    }
}
