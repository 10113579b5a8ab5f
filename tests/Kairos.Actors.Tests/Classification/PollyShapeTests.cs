using Polly.Timeout;

namespace Kairos.Tests.Classification;

/// <summary>A strategy of Polly's beneath the guard that did not call the component.</summary>
public sealed class PollyShapeTests
{
    [Theory]
    [InlineData("llm", ErrorCode.LlmError)]
    [InlineData("memory", ErrorCode.MemoryError)]
    [InlineData("tools/search", ErrorCode.ToolFailure)]
    [InlineData("billing", ErrorCode.InternalError)]
    public void A_rejection_is_neutral_and_may_be_tried_again(string component, ErrorCode code)
    {
        var rejection = new Polly.ExecutionRejectedException();
        var error = Classify(rejection, component);
        Assert.Equal((code, true, Verdict.Ignore, null), (error.Code, error.Recoverable, error.Verdict, error.RetryAfter));
        Assert.Same(rejection, error.Cause);
    }

    [Theory]
    [InlineData(5.0, 5.0)]
    [InlineData(0.0, null)]
    [InlineData(-5.0, null)]
    [InlineData(null, null)]
    public void A_wait_that_it_tells_is_kept(double? told, double? kept)
    {
        var error = Classify(new WaitingRejectionException(Seconds(told)));
        Assert.Equal((Verdict.Ignore, Seconds(kept)), (error.Verdict, error.RetryAfter));
    }

    [Fact]
    public void A_breaker_has_the_code_of_what_opened_it()
    {
        var limited = new HttpFailureException(new ResponseFacts { Status = 429 });
        Exception[] rejections = [new WaitingRejectionException(null, limited), new WaitingRejectionException(null, new Polly.ExecutionRejectedException(limited))];
        foreach (var rejection in rejections)
        {
            var error = Classify(rejection);
            Assert.Equal((ErrorCode.RateLimit, true, Verdict.Ignore), (error.Code, error.Recoverable, error.Verdict));
        }
    }

    [Fact]
    public void Without_what_opened_it_a_tool_that_changes_things_may_be_tried_again_all_the_same()
    {
        var context = TableCase.On("tools/mail") with { IsIdempotent = false };
        var error = ErrorClassifier.Default.Classify(new Polly.ExecutionRejectedException(), context);
        Assert.Equal((ErrorCode.ToolFailure, true), (error.Code, error.Recoverable));
    }

    [Fact]
    public void A_timeout_of_its_own_is_a_timeout_that_counts()
    {
        var late = new TimeoutRejectedException();
        var error = Classify(late);
        Assert.Equal((ErrorCode.Timeout, true, Verdict.Count), (error.Code, error.Recoverable, error.Verdict));
        Assert.Same(late, error.Cause);
    }

    [Fact]
    public void Is_found_below_what_wraps_it_and_the_wrapper_is_the_cause()
    {
        var wrapper = new ToolException("wrapped", new WaitingRejectionException(TimeSpan.FromSeconds(3)));
        var error = Classify(wrapper);
        Assert.Equal((Verdict.Ignore, TimeSpan.FromSeconds(3)), (error.Verdict, error.RetryAfter));
        Assert.Same(wrapper, error.Cause);
    }

    [Fact]
    public void Another_librarys_exception_with_the_same_short_name_counts()
    {
        var error = Classify(new ExecutionRejectedException());
        Assert.Equal((Verdict.Count, null), (error.Verdict, error.RetryAfter));
    }

    private static KairosError Classify(Exception exception, string component = "llm") => ErrorClassifier.Default.Classify(exception, TableCase.On(component));

    private static TimeSpan? Seconds(double? seconds) => seconds is { } known ? TimeSpan.FromSeconds(known) : null;
}
