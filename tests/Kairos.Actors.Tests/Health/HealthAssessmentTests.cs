using Kairos.Health;

namespace Kairos.Tests.Health;

/// <summary>What each source of health comes to. How it holds: <see cref="HysteresisTests"/>.</summary>
public class HealthAssessmentTests
{
    private static readonly HealthEvidence Fine = new(CircuitState.Closed, 0, HealthStatus.Healthy, false, HealthStatus.Healthy);

    [Fact]
    public void Statuses_have_the_numbers_of_the_wire() => Assert.Equal(
        (0, 1, 2), ((int)HealthStatus.Unhealthy, (int)HealthStatus.Degraded, (int)HealthStatus.Healthy));

    [Fact]
    public void Is_healthy_when_nothing_is_wrong() => AssertJudged(HealthStatus.Healthy, Fine);

    [Theory]
    [InlineData(CircuitState.Closed, HealthStatus.Healthy)]
    [InlineData(CircuitState.HalfOpen, HealthStatus.Degraded)]
    [InlineData(CircuitState.Open, HealthStatus.Unhealthy)]
    public void Follows_the_breaker(CircuitState circuit, HealthStatus expected) => AssertJudged(expected, Fine with { Circuit = circuit });

    [Theory]
    [InlineData(9, HealthStatus.Healthy)]
    [InlineData(10, HealthStatus.Degraded)]
    [InlineData(1_000_000, HealthStatus.Degraded)]
    public void Is_degraded_from_ten_errors_a_minute_by_default(long errors, HealthStatus expected) =>
        AssertJudged(expected, Fine with { ErrorsPerMinute = errors });

    [Fact]
    public void A_rate_of_zero_turns_the_rule_off() => Assert.Equal(
        HealthStatus.Healthy,
        HealthAssessment.Judge(new HealthPolicy { DegradedRate = 0 }, Fine with { ErrorsPerMinute = 1_000_000 }));

    [Theory]
    [InlineData(HealthStatus.Unhealthy)]
    [InlineData(HealthStatus.Degraded)]
    [InlineData(HealthStatus.Healthy)]
    public void Is_no_better_than_the_verdict(HealthStatus verdict) => AssertJudged(verdict, Fine with { Verdict = verdict });

    [Fact]
    public void Is_unhealthy_while_the_worker_is_down() => AssertJudged(HealthStatus.Unhealthy, Fine with { WorkerIsDown = true });

    [Theory]
    [InlineData(HealthStatus.Unhealthy)]
    [InlineData(HealthStatus.Degraded)]
    public void Is_degraded_by_a_child_however_bad_that_is(HealthStatus child) =>
        AssertJudged(HealthStatus.Degraded, Fine with { WorstChild = child });

    [Fact]
    public void Is_the_worst_of_all()
    {
        var ailing = new HealthEvidence(CircuitState.HalfOpen, 50, HealthStatus.Degraded, false, HealthStatus.Unhealthy);
        AssertJudged(HealthStatus.Degraded, ailing);
        AssertJudged(HealthStatus.Unhealthy, ailing with { Circuit = CircuitState.Open });
        AssertJudged(HealthStatus.Unhealthy, ailing with { Verdict = HealthStatus.Unhealthy });
        AssertJudged(HealthStatus.Unhealthy, ailing with { WorkerIsDown = true });
    }

    private static void AssertJudged(HealthStatus expected, HealthEvidence evidence) =>
        Assert.Equal(expected, HealthAssessment.Judge(new HealthPolicy(), evidence));
}
