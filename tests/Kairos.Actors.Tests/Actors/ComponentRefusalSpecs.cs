using Akka.Actor;
using Kairos.Tests.Components;
using static Kairos.ComponentProtocol;

namespace Kairos.Tests.Actors;

public sealed class ComponentRefusalSpecs() : KairosTestKit("kairos.max-components = 5")
{
    [Fact]
    public async Task A_report_for_one_component_too_many_is_answered_with_a_failure()
    {
        Succeed("four");
        Succeed("five");
        Fail("six");

        var refusal = await Refusal();

        Assert.Equal(("six", RefusalReason.MaxComponents), (refusal.Component, refusal.Reason));
        Assert.Contains("kairos.max-components", refusal.Message, StringComparison.Ordinal);
        await Kairos.DrainAsync();
        Assert.Equal(["five", "four", "llm", "memory", "tools"], Kairos.Snapshots.Select(snapshot => snapshot.Component));
    }

    [Fact]
    public async Task Sub_components_and_the_ancestors_they_need_count()
    {
        Succeed("a/b/c");

        Assert.Equal(RefusalReason.MaxComponents, (await Refusal()).Reason);
        Assert.Null((await Kairos.DrainedAsync())["a/b/c"].Snapshot);
    }

    [Fact]
    public async Task Components_that_are_there_are_not_concerned()
    {
        Succeed("four");
        Succeed("five");
        Fail("six");
        Fail("five");

        await Refusal();
        Assert.Equal(1, (await Settled("five")).Errors);
    }

    [Fact]
    public async Task A_removed_component_makes_room()
    {
        Succeed("four");
        Succeed("five");
        Tell(new Remove("four"));
        await Kairos.DrainAsync();

        Succeed("six");

        Assert.Equal(0, (await Settled("six")).Errors);
    }

    [Fact]
    public async Task A_refusal_is_logged_once_for_each_reason()
    {
        Succeed("four");
        Succeed("five");
        await EventFilter.Warning(contains: "was refused").ExpectAsync(2, async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                Fail("BAD NAME");
                Fail($"further{i}");
            }

            await Kairos.DrainAsync();
        });
    }

    [Fact]
    public async Task Nobody_is_answered_where_nobody_asked()
    {
        var stream = CreateTestProbe();
        Sys.EventStream.Subscribe(stream.Ref, typeof(Akka.Event.DeadLetter));

        Supervisor.Tell(new ReportSuccess("BAD NAME"), ActorRefs.NoSender);
        Fail("BAD NAME");

        await Refusal();
        await stream.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Theory]
    [MemberData(nameof(ComponentNameTests.BadNames), MemberType = typeof(ComponentNameTests))]
    public async Task A_name_that_is_none_is_refused(string name)
    {
        Fail(name);

        var refusal = await Refusal();

        Assert.Equal(RefusalReason.InvalidName, refusal.Reason);
        Assert.True(refusal.Component.Length <= ComponentName.MaxLength + 1);
        Assert.Throws<ArgumentException>(() => Kairos[name]);
        Assert.Throws<ArgumentException>(() => Kairos.Remove(name));
    }

    [Fact]
    public async Task Messages_that_create_nothing_are_refused_where_there_is_nothing()
    {
        foreach (var message in new object[] { new GetSnapshot("six"), new Remove("six"), new Unsubscribe("six", TestActor), new GetSnapshot("llm/six") })
        {
            Tell(message);
            Assert.Equal(RefusalReason.UnknownComponent, (await Refusal()).Reason);
        }

        Assert.Equal(3, (await Kairos.DrainedAsync()).Snapshots.Count);
    }

    private async Task<ComponentRefusedException> Refusal() =>
        Assert.IsType<ComponentRefusedException>((await ExpectMsgAsync<Status.Failure>()).Cause);
}
