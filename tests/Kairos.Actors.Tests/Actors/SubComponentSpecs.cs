using static Kairos.ComponentEvents;
using static Kairos.ComponentProtocol;

namespace Kairos.Tests.Actors;

public sealed class SubComponentSpecs() : KairosTestKit("""
    kairos.components.tools {
      breaker { consecutive-failures = 2, open-duration = 5s }
      health.hold = 20s
    }
    """)
{
    [Fact]
    public async Task A_sub_component_inherits_the_settings_of_its_parent()
    {
        Fail("tools/search");

        Assert.Equal((await Settled("tools")).Settings, Kairos["tools/search"].Snapshot!.Settings);
        Assert.Equal(2, Kairos["tools/search"].Snapshot!.Settings.Breaker.ConsecutiveFailures);
    }

    [Fact]
    public async Task Errors_of_a_sub_component_are_its_own()
    {
        Fail("tools/search", times: 2);

        Assert.Equal(CircuitStatus.Open, (await Settled("tools/search")).Circuit);
        Assert.Equal((0, CircuitStatus.Closed), (Kairos["tools"].Snapshot!.Errors, Kairos["tools"].Snapshot!.Circuit));
    }

    [Fact]
    public async Task A_parent_is_degraded_while_a_child_ails_however_badly()
    {
        Tell(new Subscribe("tools", TestActor));
        Fail("tools/search", times: 2);

        Assert.Equal(ComponentHealth.Unhealthy, (await Settled("tools/search")).Health);
        Assert.Equal(ComponentHealth.Degraded, Kairos["tools"].Snapshot!.Health);
        await ExpectMsgAsync<CurrentState>();
        Assert.Equal(ComponentHealth.Degraded, (await ExpectMsgAsync<HealthStatusChanged>()).Change.To);
    }

    [Fact]
    public async Task Trouble_far_below_reaches_the_top()
    {
        Fail("tools/search/web/cache", times: 2);

        await Kairos.DrainAsync();

        foreach (var ancestor in new[] { "tools", "tools/search", "tools/search/web" })
            Assert.Equal(ComponentHealth.Degraded, Kairos[ancestor].Snapshot!.Health);
        Assert.Equal(ComponentHealth.Healthy, Kairos["llm"].Snapshot!.Health);
    }

    [Fact]
    public async Task A_parent_recovers_after_its_child_has()
    {
        Tell(new Subscribe("tools", TestActor));
        Tell(new Subscribe("tools/search", TestActor));
        Fail("tools/search", times: 2);
        Tell(new Reset("tools/search"));
        Assert.Equal(ComponentHealth.Degraded, (await Settled("tools")).Health);

        Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(Time.Start.AddSeconds(20), (await FishForMessageAsync<HealthStatusChanged>(IsRecovered("tools/search"))).At);
        await Kairos.DrainAsync();
        Time.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(Time.Start.AddSeconds(40), (await FishForMessageAsync<HealthStatusChanged>(IsRecovered("tools"))).At);
    }

    [Fact]
    public async Task A_parent_recovers_when_its_ailing_child_is_removed()
    {
        Fail("tools/search", times: 2);
        Assert.Equal(ComponentHealth.Degraded, (await Settled("tools")).Health);
        Tell(new Subscribe("tools", TestActor));
        Kairos.Remove("tools/search");
        await Kairos.DrainAsync();

        Time.Advance(TimeSpan.FromSeconds(20));

        await FishForMessageAsync<HealthStatusChanged>(IsRecovered("tools"));
    }

    [Fact]
    public async Task One_healthy_child_does_not_hide_another_that_ails()
    {
        Fail("tools/search", times: 2);
        Fail("tools/fetch", times: 2);
        Tell(new Reset("tools/fetch"));
        await Kairos.DrainAsync();

        Time.Advance(TimeSpan.FromMinutes(1)); // the search circuit is half-open by now, and so degraded

        Assert.Equal(ComponentHealth.Degraded, (await Settled("tools")).Health);
    }

    private static Predicate<HealthStatusChanged> IsRecovered(string component) =>
        told => told.Component == component && told.Change.To == ComponentHealth.Healthy;
}
