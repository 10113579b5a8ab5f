using static Kairos.Tests.Errors.SampleErrors;

namespace Kairos.Tests.CircuitBreaker;

/// <summary>Until when the callee has asked for time, which is no more than the opening lasts, and often less.</summary>
public sealed class AskedTimeTests
{
    [Fact]
    public void Failures_alone_ask_for_no_time() => Assert.Equal(0, Asked(BreakerUnderTest.Open().At(10).Fail(Counted())));

    [Fact]
    public void A_retry_after_asks_for_its_time_and_not_for_the_rest_of_the_opening() =>
        Assert.Equal((7, 30), Of(BreakerUnderTest.Closed().Fail(Tripping(retryAfter: 7))));

    [Fact]
    public void A_retry_after_that_comes_later_is_heard_too_and_of_several_the_last_to_end()
    {
        var breaker = BreakerUnderTest.Open();
        Assert.Equal((15, 30), Of(breaker.At(10).Fail(Counted(retryAfter: 5))));
        Assert.Equal((15, 30), Of(breaker.At(11).Fail(Counted(retryAfter: 1))));
        Assert.Equal((61, 61), Of(breaker.At(11).Fail(Counted(retryAfter: 50))));
    }

    [Theory]
    [InlineData(5.0, 5)]
    [InlineData(90.0, 90)]
    [InlineData(null, 30)]
    public void A_limit_asks_for_the_whole_opening(double? retryAfter, double until) =>
        Assert.Equal((until, until), Of(BreakerUnderTest.Closed().Fail(Gating(retryAfter))));

    [Fact]
    public void A_quota_asks_for_the_whole_opening_however_short_a_time_it_names() =>
        Assert.Equal((30, 30), Of(BreakerUnderTest.Closed().Fail(Tripping(ErrorCode.RateLimit, retryAfter: 3))));

    [Fact]
    public void What_was_asked_is_over_with_the_opening()
    {
        var breaker = BreakerUnderTest.Closed().Fail(Gating(5));
        Assert.Equal((CircuitStatus.HalfOpen, 0), (breaker.At(5).Tick().Circuit, Asked(breaker)));
        Assert.Equal(0, Asked(BreakerUnderTest.Closed().Fail(Gating(5)).Reset()));
    }

    private static double Asked(BreakerUnderTest breaker) => breaker.State.AskedUntil.TotalSeconds;

    private static (double Asked, double Open) Of(BreakerUnderTest breaker) => (Asked(breaker), breaker.OpenUntil);
}
