using Kairos.Calls;

namespace Kairos.Tests.Calls;

/// <summary>The waits between attempts, as a function.</summary>
public sealed class RetryWaitTests
{
    private static readonly RetryPolicy Policy = new() { MaxAttempts = 100, Jitter = 0.1, MaxDelay = TimeSpan.FromSeconds(1) };

    [Theory]
    [InlineData(1, 0.0, 90)]
    [InlineData(1, 0.5, 100)]
    [InlineData(1, 1.0, 110)]
    [InlineData(3, 0.0, 360)]
    [InlineData(3, 0.5, 400)]
    [InlineData(9, 0.5, 1000)]
    [InlineData(9, 0.75, 950)]
    [InlineData(9, 1.0, 900)]
    [InlineData(99, 0.0, 900)]
    public void Proportional_jitter_is_a_share_of_the_wait_and_never_exceeds_the_cap_nor_piles_up_there(int attempt, double random, double milliseconds) =>
        Assert.Equal(milliseconds, WaitBefore(Policy, attempt, random), 6);

    [Theory]
    [InlineData(1, 0.0, 0)]
    [InlineData(1, 0.25, 25)]
    [InlineData(4, 0.5, 400)]
    [InlineData(50, 0.5, 500)]
    public void Full_jitter_is_anything_between_nothing_and_the_wait(int attempt, double random, double milliseconds) =>
        Assert.Equal(milliseconds, WaitBefore(Policy with { Jitter = RetryPolicy.FullJitter }, attempt, random), 6);

    [Theory]
    [InlineData(1.0, 5, 100)]
    [InlineData(3.0, 2, 300)]
    [InlineData(3.0, 3, 900)]
    public void The_multiplier_makes_each_wait_longer(double multiplier, int attempt, double milliseconds) =>
        Assert.Equal(milliseconds, WaitBefore(Policy with { Multiplier = multiplier, Jitter = 0 }, attempt, 0.7), 6);

    [Fact]
    public void A_retry_after_makes_a_wait_longer_never_shorter()
    {
        var error = new KairosError(ErrorCode.LlmError, "later");

        Assert.Equal(TimeSpan.FromSeconds(30), Retries.WaitBefore(Policy, error with { RetryAfter = TimeSpan.FromSeconds(30) }, 1, Timeout.InfiniteTimeSpan, 0.5));
        Assert.Equal(TimeSpan.FromMilliseconds(100), Retries.WaitBefore(Policy, error with { RetryAfter = TimeSpan.FromMilliseconds(1) }, 1, Timeout.InfiniteTimeSpan, 0.5));
    }

    [Fact]
    public void A_wait_that_takes_all_the_time_that_is_left_is_not_begun()
    {
        var error = new KairosError(ErrorCode.LlmError, "later");

        Assert.Null(Retries.WaitBefore(Policy, error, 1, TimeSpan.FromMilliseconds(100), 0.5));
        Assert.NotNull(Retries.WaitBefore(Policy, error, 1, TimeSpan.FromMilliseconds(101), 0.5));
    }

    private static double WaitBefore(RetryPolicy policy, int attempt, double random) =>
        Retries.WaitBefore(policy, new KairosError(ErrorCode.LlmError, "broken"), attempt, Timeout.InfiniteTimeSpan, random)!.Value.TotalMilliseconds;
}
