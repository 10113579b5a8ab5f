using Akka.Actor;
using Kairos.Actors;
using Kairos.Hosting;
using static Kairos.ComponentEvents;
using static Kairos.ComponentProtocol;

namespace Kairos.Tests.Actors;

public sealed class ComponentRemovalSpecs : KairosTestKit
{
    [Fact]
    public async Task A_removed_component_is_gone_once_all_is_drained()
    {
        Fail("speech");
        await Settled("speech");

        Kairos.Remove("speech");
        await Kairos.DrainAsync();

        Assert.Null(Kairos["speech"].Snapshot);
        Assert.Equal(["llm", "memory", "tools"], Kairos.Snapshots.Select(snapshot => snapshot.Component));
    }

    [Fact]
    public async Task Its_sub_components_go_with_it()
    {
        foreach (var name in new[] { "speech/in/a", "speech/in/b", "speech/out" }) Fail(name);
        await Kairos.DrainAsync();

        Kairos.Remove("speech");
        await Kairos.DrainAsync();

        Assert.Equal(["llm", "memory", "tools"], Kairos.Snapshots.Select(snapshot => snapshot.Component));
    }

    [Fact]
    public async Task A_removed_sub_component_leaves_its_parent_and_siblings()
    {
        Fail("speech/in");
        Fail("speech/out");

        Tell(new Remove("speech/in"));
        await Kairos.DrainAsync();

        Assert.Equal(["speech", "speech/out"], Kairos.Snapshots.Select(snapshot => snapshot.Component).Where(name => name[0] == 's'));
    }

    [Fact]
    public async Task A_later_report_creates_it_anew()
    {
        var guard = Kairos["speech"];
        for (var i = 0; i < 5; i++) guard.ReportError(Error());
        Assert.Equal(CircuitStatus.Open, (await guard.GetSnapshotAsync()).Circuit);
        for (var life = 0; life < 20; life++)
        {
            Kairos.Remove("speech");
            await Kairos.DrainAsync();
            guard.ReportError(Error());
            var fresh = await Settled("speech");
            Assert.Equal((CircuitStatus.Closed, 1, 0), (fresh.Circuit, fresh.Errors, fresh.Sequence));
        }
    }

    [Fact]
    public async Task What_is_told_behind_a_removal_belongs_to_the_next_life()
    {
        for (var life = 0; life < 20; life++)
        {
            Fail("speech", times: 3);
            Fail("speech/in", times: 3);
            Tell(new Remove("speech"));
            Fail("speech", times: 2);
            Fail("speech/in", times: 1);

            Assert.Equal((2, 1), ((await Settled("speech")).Errors, Kairos["speech/in"].Snapshot!.Errors));
            Tell(new Remove("speech"));
        }
    }

    [Fact]
    public async Task Subscribers_hear_of_it_and_then_no_more()
    {
        Tell(new Subscribe("speech", TestActor));
        Tell(new Remove("speech"));
        Fail("speech");
        Assert.Equal(1, (await Settled("speech")).Errors);
        Tell(new Subscribe("speech", TestActor));

        await ExpectMsgAsync<CurrentState>();
        await ExpectMsgAsync<ComponentRemoved>();
        Assert.Equal(1, (await ExpectMsgAsync<CurrentState>()).Snapshot.Errors);
    }

    [Fact]
    public async Task The_new_one_begins_with_the_configured_settings_not_with_those_told_to_the_old()
    {
        Tell(new Reconfigure("llm", ComponentSettings.Default with { Breaker = new BreakerPolicy { ConsecutiveFailures = 77 } }));
        Tell(new Remove("llm"));
        Fail("llm");

        Assert.Equal(ComponentSettings.Default, (await Settled("llm")).Settings);
    }

    [Fact]
    public async Task What_is_told_to_the_actor_of_a_removed_component_is_refused_and_counted()
    {
        var refused = CreateTestProbe();
        Sys.EventStream.Subscribe(refused.Ref, typeof(ReportRefused));
        Fail("speech");
        var former = await ActorAt("speech");
        Kairos.Remove("speech");
        await Kairos.DrainAsync();

        former.Tell(new ReportError("speech", Error()), TestActor);
        former.Tell(new GetSnapshot("speech"), TestActor);

        for (var i = 0; i < 2; i++)
        {
            var failure = Assert.IsType<ComponentRefusedException>((await ExpectMsgAsync<Status.Failure>()).Cause);
            Assert.Equal(("speech", RefusalReason.Removed), (failure.Component, failure.Reason));
        }

        await Kairos.DrainAsync();
        Assert.Equal(2, ((KairosInstance)Kairos).RefusedFor(RefusalReason.Removed));
        Assert.Null(Kairos["speech"].Snapshot); // nothing was created by it
    }

    [Fact]
    public async Task A_retired_actor_ends_after_ten_seconds_and_nobody_hangs_for_it()
    {
        Fail("speech");
        var former = await ActorAt("speech");
        Watch(former);
        Kairos.Remove("speech");
        await Kairos.DrainAsync();

        Time.Advance(TimeSpan.FromSeconds(9.9));
        await Kairos.DrainAsync();
        Assert.False(((ActorRefWithCell)former).Underlying.IsTerminated);

        Time.Advance(TimeSpan.FromSeconds(0.2));
        await ExpectTerminatedAsync(former);
    }

    [Fact]
    public async Task No_more_than_a_thousand_linger_and_the_oldest_goes_first()
    {
        for (var i = 0; i <= KairosSupervisor.MostLingering; i++)
        {
            Succeed($"c{i}");
            if (i < 2) Watch(await ActorAt($"c{i}"));
            Tell(new Remove($"c{i}"));
        }

        Assert.EndsWith("/c0", (await ExpectMsgAsync<Terminated>()).ActorRef.Path.ToString(), StringComparison.Ordinal);
        await Kairos.DrainAsync();
        await ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_removed_component_tells_what_it_had_counted_and_the_next_one_has_another_number()
    {
        Tell(new Subscribe("speech", TestActor));
        var first = (await ExpectMsgAsync<CurrentState>()).Number;
        Fail("speech", times: 3);
        Tell(new ReportRecovery("speech", ErrorKind.Of(Error())));
        Kairos.Remove("speech");

        var removed = (ComponentRemoved)await FishForMessageAsync(told => told is ComponentRemoved);
        Assert.Equal((first, 3, 1), (removed.Number, removed.Errors, removed.Recovered));
        Succeed("speech");
        Assert.True((await Settled("speech")).Number > first);
    }

    [Fact]
    public async Task A_name_that_a_former_component_s_actor_still_has_is_free_all_the_same()
    {
        for (var life = 0; life < 20; life++)
        {
            Fail("speech/in");
            Assert.Equal(1, (await Settled("speech/in")).Errors);
            Kairos.Remove("speech");
        }
    }

    [Fact]
    public async Task A_retired_actor_that_somebody_stops_by_hand_still_tells_what_it_had_counted()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(ComponentRemoved));
        Fail("speech", times: 2);
        var actor = await ActorAt("speech");
        for (var i = 0; i < 100; i++) actor.Tell(new ReportSuccess("speech")); // something to be ahead of the order to leave
        Sys.Stop(actor);
        Tell(new Remove("speech"));

        Assert.Equal(2, (await ExpectMsgAsync<ComponentRemoved>()).Errors);
    }
}
