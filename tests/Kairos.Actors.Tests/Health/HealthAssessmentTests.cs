using Kairos.Health;

namespace Kairos.Tests.Health;

/// <summary>What each source of health comes to. How it holds: <see cref="HysteresisTests"/>.</summary>
public class HealthAssessmentTests
{
    private static readonly HealthEvidence Fine = new(CircuitStatus.Closed, 0, ComponentHealth.Healthy, false, false);

    [Fact]
    public void Statuses_have_the_numbers_of_the_wire() => Assert.Equal(
        (0, 1, 2), ((int)ComponentHealth.Unhealthy, (int)ComponentHealth.Degraded, (int)ComponentHealth.Healthy));

    [Fact]
    public void Is_healthy_when_nothing_is_wrong() => AssertJudged(ComponentHealth.Healthy, Fine);

    [Theory]
    [InlineData(CircuitStatus.Closed, ComponentHealth.Healthy)]
    [InlineData(CircuitStatus.HalfOpen, ComponentHealth.Degraded)]
    [InlineData(CircuitStatus.Open, ComponentHealth.Unhealthy)]
    public void Follows_the_breaker(CircuitStatus circuit, ComponentHealth expected) => AssertJudged(expected, Fine with { Circuit = circuit });

    [Theory]
    [InlineData(9, ComponentHealth.Healthy)]
    [InlineData(10, ComponentHealth.Degraded)]
    [InlineData(1_000_000, ComponentHealth.Degraded)]
    public void Is_degraded_from_ten_errors_a_minute_by_default(long errors, ComponentHealth expected) =>
        AssertJudged(expected, Fine with { ErrorsPerMinute = errors });

    [Fact]
    public void A_rate_of_zero_turns_the_rule_off() => Assert.Equal(
        ComponentHealth.Healthy,
        HealthAssessment.Judge(new HealthPolicy { DegradedRate = 0 }, Fine with { ErrorsPerMinute = 1_000_000 }));

    [Theory]
    [InlineData(ComponentHealth.Unhealthy)]
    [InlineData(ComponentHealth.Degraded)]
    [InlineData(ComponentHealth.Healthy)]
    public void Is_no_better_than_what_was_reported(ComponentHealth reported) => AssertJudged(reported, Fine with { Reported = reported });

    [Fact]
    public void Is_unhealthy_while_the_worker_is_down() => AssertJudged(ComponentHealth.Unhealthy, Fine with { WorkerIsDown = true });

    [Fact]
    public void Is_degraded_by_a_child_that_is_not_healthy() => AssertJudged(ComponentHealth.Degraded, Fine with { ChildAils = true });

    [Fact]
    public void Is_the_worst_of_all()
    {
        var ailing = new HealthEvidence(CircuitStatus.HalfOpen, 50, ComponentHealth.Degraded, false, true);
        AssertJudged(ComponentHealth.Degraded, ailing);
        AssertJudged(ComponentHealth.Unhealthy, ailing with { Circuit = CircuitStatus.Open });
        AssertJudged(ComponentHealth.Unhealthy, ailing with { Reported = ComponentHealth.Unhealthy });
        AssertJudged(ComponentHealth.Unhealthy, ailing with { WorkerIsDown = true });
    }

    private static void AssertJudged(ComponentHealth expected, HealthEvidence evidence) =>
        Assert.Equal(expected, HealthAssessment.Judge(new HealthPolicy(), evidence));
}
