using Akka.Actor;
using Kairos.Breaking;
using Kairos.Components;
using Kairos.Errors;
using static Kairos.Components.ComponentEvents;
using static Kairos.Components.ComponentProtocol;

namespace Kairos.Tests.Components;

public sealed class ComponentRemovalSpecs : KairosTestKit
{
    private const int Reports = 20_000;

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
        Assert.Equal(CircuitState.Open, (await guard.GetSnapshotAsync()).Circuit);
        for (var life = 0; life < 20; life++)
        {
            Kairos.Remove("speech");
            await Kairos.DrainAsync();
            guard.ReportError(Error());
            var fresh = await Settled("speech");
            Assert.Equal((CircuitState.Closed, 1, 0), (fresh.Circuit, fresh.Errors, fresh.Sequence));
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
    public async Task Removing_while_others_report_ends_in_a_component_that_takes_reports()
    {
        var reporting = Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++) Kairos[i % 2 == 0 ? "speech" : "speech/in"].ReportError(new KairosError(ErrorCode.InvalidInput, ""));
        });
        for (var i = 0; i < 200; i++)
        {
            Kairos.Remove("speech");
            await Task.Yield();
        }

        await reporting;
        await Kairos.DrainAsync();
        Kairos.Remove("speech");
        await Kairos.DrainAsync();
        Kairos["speech/in"].ReportError(Error());

        Assert.Equal(1, (await Settled("speech/in")).Errors);
        Assert.Equal(0, Kairos["speech"].Snapshot!.Errors);
    }

    [Fact]
    public async Task What_is_told_while_a_component_is_removed_again_and_again_is_taken_in_by_one_of_its_lives()
    {
        var recorded = Sys.ActorOf(Props.Create(() => new Counter()));
        Sys.EventStream.Subscribe(recorded, typeof(ErrorRecorded));
        var guard = Kairos["speech"];
        Task[] reporting =
        [
            Task.Run(() => Repeat(() => guard.ReportError(Error()))), // straight to the actor
            Task.Run(() => Repeat(() => Supervisor.Tell(new ReportError("speech", Error())))), // by way of its parent
        ];

        while (!reporting.All(task => task.IsCompleted))
        {
            Kairos.Remove("speech");
            await Task.Yield();
        }

        await Task.WhenAll(reporting);
        await Kairos.DrainAsync();
        Assert.Equal(2 * Reports, await recorded.Ask<int>("how many?", TimeSpan.FromSeconds(30)));
    }

    private static void Repeat(Action report)
    {
        for (var i = 0; i < Reports; i++)
        {
            report();
            if (i % 10 == 0) Thread.Yield();
        }
    }

    private sealed class Counter : UntypedActor
    {
        private int _count;

        protected override void OnReceive(object message)
        {
            if (message is ErrorRecorded) _count++;
            else Sender.Tell(_count);
        }
    }
}
