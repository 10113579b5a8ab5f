using Akka.Actor;
using Kairos.Tests.Actors;
using Kairos.Tests.Configuration;
using static Kairos.ComponentEvents;
using static Kairos.ComponentProtocol;

namespace Kairos.Tests.Hosting;

/// <summary>New settings for all of Kairos while it runs.</summary>
public sealed class ReconfigureSpecs : KairosTestKit
{
    private const string Strict = "kairos.components.llm.breaker.consecutive-failures = 2";

    [Fact]
    public async Task Components_whose_settings_differ_follow_and_keep_their_state()
    {
        Fail("llm", times: 1);
        Kairos.Reconfigure(_ => SettingsUnderTest.Read(Strict));
        Fail("llm", times: 1);

        Assert.Equal((CircuitStatus.Open, 2), ((await Settled("llm")).Circuit, Kairos["llm"].Snapshot!.Settings.Breaker.ConsecutiveFailures));
        Assert.Equal(5, (await Settled("memory")).Settings.Breaker.ConsecutiveFailures);
    }

    [Fact]
    public async Task Components_whose_settings_are_the_same_are_not_touched()
    {
        await Kairos.DrainAsync();
        var before = Kairos.Snapshots.ToDictionary(snapshot => snapshot.Component);

        Kairos.Reconfigure(_ => SettingsUnderTest.Read(Strict));
        await Kairos.DrainAsync();

        Assert.NotSame(before["llm"], Kairos["llm"].Snapshot);
        Assert.Same(before["memory"], Kairos["memory"].Snapshot);
        Assert.Same(before["tools"], Kairos["tools"].Snapshot);
    }

    [Fact]
    public async Task Sub_components_follow_what_their_parents_were_given()
    {
        Fail("llm/mini");
        await Kairos.DrainAsync();

        Kairos.Reconfigure(_ => SettingsUnderTest.Read(Strict));

        Assert.Equal(2, (await Settled("llm/mini")).Settings.Breaker.ConsecutiveFailures);
    }

    [Fact]
    public async Task What_comes_later_gets_the_new_settings()
    {
        Kairos.Reconfigure(_ => SettingsUnderTest.Read("kairos.defaults.breaker.consecutive-failures = 3"));
        Fail("speech");

        Assert.Equal(3, (await Settled("speech")).Settings.Breaker.ConsecutiveFailures);
        Assert.Equal(3, Kairos.Settings.Defaults.Breaker.ConsecutiveFailures);
    }

    [Fact]
    public async Task Components_that_are_newly_named_are_created_and_those_named_no_more_stay()
    {
        Kairos.Reconfigure(_ => SettingsUnderTest.Read("kairos.components.speech {}"));
        await Kairos.DrainAsync();
        Kairos.Reconfigure(_ => SettingsUnderTest.Read(""));
        await Kairos.DrainAsync();

        Assert.Equal(["llm", "memory", "speech", "tools"], Kairos.Snapshots.Select(snapshot => snapshot.Component));
    }

    [Fact]
    public async Task Settings_that_are_taken_back_at_once_are_taken_back()
    {
        await Kairos.DrainAsync();
        for (var i = 0; i < 100; i++)
        {
            Kairos.Reconfigure(_ => SettingsUnderTest.Read(Strict));
            Kairos.Reconfigure(_ => SettingsUnderTest.Read(""));
        }

        Assert.Equal(5, (await Settled("llm")).Settings.Breaker.ConsecutiveFailures);
    }

    [Fact]
    public async Task A_component_that_is_just_being_created_follows_too()
    {
        for (var i = 0; i < 100; i++)
        {
            Kairos.Reconfigure(_ => SettingsUnderTest.Read(""));
            Kairos[$"tools/{i}"].ReportSuccess();
            Thread.SpinWait(i * 50); // it meets its creation at another moment each time
            Kairos.Reconfigure(_ => SettingsUnderTest.Read("kairos.defaults.breaker.consecutive-failures = 3"));
            await Kairos.DrainAsync();

            Assert.Equal(3, Kairos[$"tools/{i}"].Snapshot!.Settings.Breaker.ConsecutiveFailures);
        }
    }

    [Fact]
    public async Task No_event_is_told_for_what_changes_nothing_but_settings()
    {
        Tell(new Subscribe("llm", TestActor));
        await ExpectMsgAsync<CurrentState>();
        Kairos.Reconfigure(_ => SettingsUnderTest.Read("kairos.defaults.breaker.open-duration = 1s"));
        Tell(new Isolate("llm"));

        await ExpectMsgAsync<CircuitStateChanged>();
    }

    [Fact]
    public async Task Settings_that_are_not_allowed_are_refused_where_they_are_given()
    {
        var before = (await Settled("llm")).Settings;
        var wrong = before with { Breaker = before.Breaker with { OpenDuration = TimeSpan.FromSeconds(-1) } };

        var problem = Assert.Single(Assert.Throws<SettingsException>(() => Kairos["llm"].Reconfigure(wrong)).Problems);

        Assert.Equal("kairos.components.llm.breaker.open-duration", problem.Key);
        Assert.Same(before, (await Settled("llm")).Settings);
    }

    [Fact]
    public async Task A_message_with_such_settings_is_refused_counted_logged_and_answered()
    {
        var before = (await Settled("llm")).Settings;
        var wrong = before with { Breaker = before.Breaker with { OpenDuration = TimeSpan.FromSeconds(-1), Window = TimeSpan.Zero } };
        Sys.EventStream.Subscribe(TestActor, typeof(ReportRefused));

        await EventFilter.Warning(contains: "Settings were rejected").ExpectAsync(2, () =>
        {
            Tell(new Reconfigure("llm", wrong));
            return Task.CompletedTask;
        });

        Assert.Equal(RefusalReason.InvalidSettings, (await ExpectMsgAsync<ReportRefused>()).Reason);
        Assert.Equal(2, Assert.IsType<SettingsException>((await ExpectMsgAsync<Status.Failure>()).Cause).Problems.Count);
        Assert.Same(before, (await Settled("llm")).Settings);
    }
}
