namespace Kairos.Tests.CircuitBreaker;

public class CircuitNamesTests
{
    [Theory]
    [InlineData(CircuitStatus.Open, 0, "open")]
    [InlineData(CircuitStatus.HalfOpen, 1, "half-open")]
    [InlineData(CircuitStatus.Closed, 2, "closed")]
    public void States_have_the_numbers_and_names_of_the_wire(CircuitStatus state, int number, string name) =>
        Assert.Equal((number, name), ((int)state, state.ToWireName()));

    [Fact]
    public void Reasons_have_the_names_of_the_wire() => Assert.Equal(
        [
            "initial", "failures", "failure_ratio", "slow_calls", "rate_limit", "quota", "unauthorized", "not_found", "probe_failed",
            "probe_expired", "health", "manual", "deadline", "successes",
        ],
        Enum.GetValues<TransitionReason>().Select(reason => reason.ToWireName()));

    [Theory]
    [InlineData(-1)]
    [InlineData(14)]
    public void What_is_no_value_has_no_name(int value)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ((CircuitStatus)value).ToWireName());
        Assert.Throws<ArgumentOutOfRangeException>(() => ((TransitionReason)value).ToWireName());
    }
}
