using Kairos.Health;
using static Kairos.ComponentHealth;

namespace Kairos.Tests.Health;

public class HysteresisTests
{
    private readonly HealthPolicy _policy = new(); // an improvement has to hold for 10 s
    private HealthState _state = HealthState.Initial(TimeSpan.Zero);

    [Fact]
    public void Begins_healthy_and_waits_for_nothing() => AssertShown(Healthy, nextDeadline: null);

    [Theory]
    [InlineData(Degraded)]
    [InlineData(Unhealthy)]
    public void Worsens_at_once(ComponentHealth judged)
    {
        Judge(0, judged);
        AssertShown(judged, nextDeadline: null);
    }

    [Fact]
    public void Worsens_further_at_once()
    {
        Judge(0, Degraded);
        Judge(0, Unhealthy);
        AssertShown(Unhealthy, nextDeadline: null);
    }

    [Theory]
    [InlineData(Degraded)]
    [InlineData(Unhealthy)]
    public void Improves_only_after_it_has_held_for_a_while(ComponentHealth before)
    {
        Judge(0, before);
        Judge(20, Healthy);
        AssertShown(before, nextDeadline: 30);
        Judge(29.999, Healthy);
        AssertShown(before, nextDeadline: 30);
        Judge(30, Healthy);
        AssertShown(Healthy, nextDeadline: null);
    }

    [Fact]
    public void Becomes_degraded_first_when_that_has_held_longer()
    {
        Judge(0, Unhealthy);
        Judge(20, Degraded);
        Judge(25, Healthy);
        AssertShown(Unhealthy, nextDeadline: 30);
        Judge(30, Healthy);
        AssertShown(Degraded, nextDeadline: 35);
        Judge(35, Healthy);
        AssertShown(Healthy, nextDeadline: null);
    }

    [Fact]
    public void A_relapse_begins_the_wait_anew()
    {
        Judge(0, Unhealthy);
        Judge(5, Healthy);
        Judge(14, Unhealthy);
        Judge(15, Healthy);
        AssertShown(Unhealthy, nextDeadline: 25);
        Judge(24, Healthy);
        AssertShown(Unhealthy, nextDeadline: 25);
        Judge(25, Healthy);
        AssertShown(Healthy, nextDeadline: null);
    }

    [Fact]
    public void A_relapse_to_degraded_does_not_take_away_what_has_held_as_degraded()
    {
        Judge(0, Unhealthy);
        Judge(5, Healthy);
        Judge(10, Degraded);
        AssertShown(Unhealthy, nextDeadline: 15);
        Judge(15, Degraded);
        AssertShown(Degraded, nextDeadline: null);
    }

    [Fact]
    public void Stays_degraded_for_as_long_as_it_is()
    {
        Judge(0, Degraded);
        Judge(100_000, Degraded);
        AssertShown(Degraded, nextDeadline: null);
    }

    [Fact]
    public void Improves_at_once_when_it_need_not_hold()
    {
        var policy = new HealthPolicy { Hold = TimeSpan.Zero };
        _state = HealthAssessment.Apply(policy, _state, Unhealthy, TimeSpan.FromSeconds(1));
        _state = HealthAssessment.Apply(policy, _state, Degraded, TimeSpan.FromSeconds(1));
        Assert.Equal(Degraded, _state.Status);
        _state = HealthAssessment.Apply(policy, _state, Healthy, TimeSpan.FromSeconds(1));
        Assert.Equal(Healthy, _state.Status);
    }

    private void Judge(double at, ComponentHealth judged) =>
        _state = HealthAssessment.Apply(_policy, _state, judged, TimeSpan.FromSeconds(at));

    private void AssertShown(ComponentHealth status, double? nextDeadline)
    {
        Assert.Equal(status, _state.Status);
        Assert.Equal(nextDeadline, _state.NextDeadline(_policy)?.TotalSeconds);
    }
}
