namespace Kairos.Tests.Errors;

public class KairosErrorTests
{
    [Fact]
    public void Says_what_it_was_made_of_and_nothing_else()
    {
        var error = new KairosError(ErrorCode.Timeout, "no answer in 100 s");
        Assert.Equal((ErrorCode.Timeout, "no answer in 100 s", true), (error.Code, error.Message, error.Recoverable));
        Assert.Null(error.Cause);
        Assert.Null(error.RetryAfter);
        Assert.Empty(error.Context);
        Assert.Empty(error.Attributes);
    }

    [Theory]
    [InlineData(ErrorCode.LlmError, true)]
    [InlineData(ErrorCode.Timeout, true)]
    [InlineData(ErrorCode.RateLimit, true)]
    [InlineData(ErrorCode.MemoryError, true)]
    [InlineData(ErrorCode.ToolFailure, false)]
    [InlineData(ErrorCode.InternalError, false)]
    [InlineData(ErrorCode.NotFound, false)]
    [InlineData(ErrorCode.Unauthorized, false)]
    [InlineData(ErrorCode.InvalidInput, false)]
    public void Is_recoverable_where_errors_of_its_code_usually_are_unless_somebody_says_otherwise(ErrorCode code, bool usually)
    {
        Assert.Equal(usually, new KairosError(code, "").Recoverable);
        Assert.Equal(!usually, new KairosError(code, "") { Recoverable = !usually }.Recoverable);
    }

    [Fact]
    public void Cuts_a_message_that_is_too_long()
    {
        Assert.Equal(new string('a', 2048), new KairosError(ErrorCode.LlmError, new string('a', 2048)).Message);
        Assert.Equal(new string('a', 2048), new KairosError(ErrorCode.LlmError, new string('a', 2049)).Message);
    }

    [Fact]
    public void Needs_a_message() => Assert.Throws<ArgumentNullException>(() => new KairosError(ErrorCode.LlmError, null!));

    [Fact]
    public void Refuses_a_negative_retry_after() => Assert.Throws<ArgumentOutOfRangeException>(
        () => new KairosError(ErrorCode.RateLimit, "") { RetryAfter = TimeSpan.FromTicks(-1) });

    [Fact]
    public void Believes_no_retry_after_longer_than_a_day()
    {
        Assert.Equal(TimeSpan.FromDays(1), new KairosError(ErrorCode.RateLimit, "") { RetryAfter = TimeSpan.FromDays(1) }.RetryAfter);
        Assert.Equal(TimeSpan.FromDays(1), new KairosError(ErrorCode.RateLimit, "") { RetryAfter = TimeSpan.MaxValue }.RetryAfter);
    }

    [Fact]
    public void Takes_a_retry_after_of_nothing_for_none()
    {
        var error = new KairosError(ErrorCode.RateLimit, "") { RetryAfter = TimeSpan.Zero };
        Assert.Equal((null, Verdict.Count), (error.RetryAfter, error.Verdict));
        Assert.Equal(Verdict.Count, Verdicts.DefaultFor(ErrorCode.RateLimit, TimeSpan.Zero));
        Assert.Equal(Verdict.Gate, Verdicts.DefaultFor(ErrorCode.RateLimit, TimeSpan.FromTicks(1)));
    }

    [Fact]
    public void Prints_what_it_is_and_not_what_it_says()
    {
        Assert.Equal("KairosError { timeout, recoverable, count }", new KairosError(ErrorCode.Timeout, "secret").ToString());
        Assert.Equal(
            "KairosError { rate_limit, not recoverable, gate, retry after 00:00:05 }",
            new KairosError(ErrorCode.RateLimit, "secret") { Recoverable = false, RetryAfter = TimeSpan.FromSeconds(5) }.ToString());
    }

    [Fact]
    public void Has_the_verdict_it_was_given_whatever_its_code()
    {
        foreach (var code in Enum.GetValues<ErrorCode>())
            Assert.Equal(Verdict.Trip, new KairosError(code, "") { Verdict = Verdict.Trip, RetryAfter = TimeSpan.Zero }.Verdict);
    }

    [Fact]
    public void A_rate_limit_becomes_a_gate_with_the_retry_after_that_a_copy_is_given()
    {
        var error = new KairosError(ErrorCode.RateLimit, "");
        var gate = error with { RetryAfter = TimeSpan.FromSeconds(2) };
        Assert.Equal((Verdict.Count, Verdict.Gate), (error.Verdict, gate.Verdict));
    }

    [Fact]
    public void Two_errors_that_say_the_same_are_equal()
    {
        var cause = new InvalidOperationException();
        Assert.Equal(
            new KairosError(ErrorCode.LlmError, "x") { Cause = cause, RetryAfter = TimeSpan.FromSeconds(1) },
            new KairosError(ErrorCode.LlmError, "x") { Cause = cause, RetryAfter = TimeSpan.FromSeconds(1) });
    }
}
