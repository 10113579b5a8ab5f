using System.Net.Sockets;
using System.Reflection;

namespace Kairos.Tests.Classification;

public sealed class ErrorClassifierTests
{
    private static readonly KairosError Known = new(ErrorCode.NotFound, "known");
    private static readonly ToolException Unknown = new("something");

    [Theory]
    [InlineData("llm", ErrorCode.LlmError, false)]
    [InlineData("llm/fast", ErrorCode.LlmError, false)]
    [InlineData("memory", ErrorCode.MemoryError, false)]
    [InlineData("memory/vectors", ErrorCode.MemoryError, false)]
    [InlineData("tools", ErrorCode.ToolFailure, true)]
    [InlineData("tools/web/search", ErrorCode.ToolFailure, true)]
    [InlineData("llms", ErrorCode.InternalError, false)]
    [InlineData("billing/llm", ErrorCode.InternalError, false)]
    [InlineData(null, ErrorCode.InternalError, false)]
    public void What_is_unknown_is_the_components_own(string? component, ErrorCode code, bool recoverable)
    {
        var error = ErrorClassifier.Default.Classify(Unknown, new ClassificationContext(component!));
        Assert.Equal((code, recoverable, Verdict.Count, "something"), (error.Code, error.Recoverable, error.Verdict, error.Message));
        Assert.Same(Unknown, error.Cause);
    }

    [Fact]
    public void An_error_that_is_carried_is_the_error()
    {
        Assert.Same(Known, Classify(new KairosException(Known)));
        Assert.Same(Known, Classify(new ToolException("wrapped", new KairosException(Known))));
        Assert.Equal(ErrorCode.LlmError, Classify(new CircuitOpenLikeException(null)).Code);
        Assert.Throws<ArgumentNullException>(() => new KairosException(null!));
    }

    [Fact]
    public void A_thrown_error_has_its_text_and_its_cause()
    {
        var thrown = new KairosException(Known with { Cause = Unknown });
        Assert.Equal("known", thrown.Message);
        Assert.Same(Unknown, thrown.InnerException);
    }

    [Fact]
    public void Rules_come_before_all_else_the_last_added_first()
    {
        var other = Known with { RetryAfter = TimeSpan.Zero };
        var classifier = ErrorClassifier.Default
            .WithRule((Exception exception, in ClassificationContext _) => exception is KairosException ? other : null)
            .WithRule((Exception exception, in ClassificationContext _) => exception is ToolException ? Known : null);

        Assert.Same(Known, Classify(Unknown, classifier));
        Assert.Same(other, Classify(new KairosException(Known), classifier));
        Assert.Equal(ErrorCode.Timeout, Classify(new TimeoutException(), classifier).Code);
        var last = classifier.WithRule((Exception _, in ClassificationContext call) => new KairosError(ErrorCode.Timeout, call.Component));
        Assert.Equal("llm", Classify(Unknown, last).Message);
    }

    [Fact]
    public void Adding_leaves_the_classifier_as_it_was()
    {
        _ = ErrorClassifier.Default.WithRule((Exception _, in ClassificationContext _) => Known);
        _ = ErrorClassifier.Default.WithAdapter(_ => new ResponseFacts { Status = 401 });
        _ = ErrorClassifier.Default.WithStorageAdapter(_ => 5);
        Assert.Equal(ErrorCode.LlmError, Classify(Unknown).Code);
    }

    [Fact]
    public void There_is_no_rule_and_no_adapter_that_is_null()
    {
        Assert.Throws<ArgumentNullException>("rule", () => ErrorClassifier.Default.WithRule(null!));
        Assert.Throws<ArgumentNullException>("adapter", () => ErrorClassifier.Default.WithAdapter(null!));
        Assert.Throws<ArgumentNullException>("adapter", () => ErrorClassifier.Default.WithStorageAdapter(null!));
    }

    [Fact]
    public void Rules_and_adapters_that_throw_are_passed_over()
    {
        var classifier = ErrorClassifier.Default
            .WithAdapter(_ => new ResponseFacts { Status = 429, Header = _ => throw Unknown })
            .WithAdapter(_ => throw Unknown)
            .WithRule((Exception _, in ClassificationContext _) => throw Unknown);
        var error = Classify(Unknown, classifier);
        Assert.Equal((ErrorCode.RateLimit, Verdict.Count, null), (error.Code, error.Verdict, error.RetryAfter));

        var storage = ErrorClassifier.Default.WithStorageAdapter(_ => 5).WithStorageAdapter(_ => throw Unknown);
        Assert.Equal((ErrorCode.MemoryError, true), (Classify(Unknown, storage).Code, Classify(Unknown, storage).Recoverable));
    }

    [Fact]
    public void Adapters_make_a_providers_exceptions_known_wherever_they_stand()
    {
        var classifier = WithProvider();
        var limited = new ProviderException(429, new(StringComparer.OrdinalIgnoreCase) { ["Retry-After"] = "7" });

        Exception[] failures = [limited, new ToolException("wrapped", limited), new AggregateException(Unknown, limited)];
        foreach (var failure in failures)
        {
            var error = Classify(failure, classifier);
            Assert.Equal((ErrorCode.RateLimit, Verdict.Gate, TimeSpan.FromSeconds(7)), (error.Code, error.Verdict, error.RetryAfter));
        }

        var quota = Classify(new ProviderException(429) { Code = "INSUFFICIENT_QUOTA" }, classifier);
        Assert.Equal((Verdict.Trip, false), (quota.Verdict, quota.Recoverable));
    }

    [Fact]
    public void An_adapter_is_asked_before_what_is_built_in_and_the_last_added_first()
    {
        var classifier = ErrorClassifier.Default.WithAdapter(_ => new ResponseFacts { Status = 429 }).WithAdapter(_ => new ResponseFacts { Status = 401 });
        Assert.Equal(ErrorCode.Unauthorized, Classify(new HttpRequestException("failed", null, System.Net.HttpStatusCode.NotFound), classifier).Code);
    }

    [Fact]
    public void A_status_of_0_is_a_transport_that_failed()
    {
        var classifier = WithProvider();
        var bare = Classify(new ProviderException(0), classifier);
        Assert.Equal((ErrorCode.LlmError, true, Verdict.Count), (bare.Code, bare.Recoverable, bare.Verdict));
        Assert.True(Classify(new ProviderException(0, inner: new ProviderException(0)), classifier).Recoverable);
        Assert.Equal(ErrorCode.Timeout, Classify(new ProviderException(0, inner: new TimeoutException()), classifier).Code);
        Assert.Equal(ErrorCode.Timeout, classifier.Classify(new ProviderException(0), TableCase.On("llm") with { IsTimeout = true }).Code);
    }

    [Fact]
    public void Wrappers_are_taken_off()
    {
        var refused = new SocketException((int)SocketError.ConnectionRefused);
        var nested = new AggregateException(new TimeoutException(), new AggregateException(new TargetInvocationException(refused)));
        var error = Classify(nested);
        Assert.Equal((ErrorCode.LlmError, true), (error.Code, error.Recoverable));
        Assert.Same(refused, error.Cause);

        var seen = new List<Exception>();
        Classify(nested, ErrorClassifier.Default.WithRule((Exception exception, in ClassificationContext _) =>
        {
            seen.Add(exception);
            return null;
        }));
        Assert.Same(refused, Assert.Single(seen));
        Assert.Equal(ErrorCode.LlmError, Classify(new AggregateException()).Code);
    }

    [Fact]
    public void An_unknown_wrapper_is_looked_into_and_kept_as_the_cause()
    {
        var wrapper = new ToolException("outer", new IOException("inner"));
        var error = Classify(wrapper);
        Assert.Equal((ErrorCode.LlmError, true, "inner"), (error.Code, error.Recoverable, error.Message));
        Assert.Same(wrapper, error.Cause);
    }

    [Fact]
    public void What_cannot_be_looked_at_is_the_components_own_and_not_recoverable()
    {
        foreach (var exception in new Exception?[] { null, new HostileDbException() })
        {
            var error = Classify(exception!);
            Assert.Equal((ErrorCode.LlmError, false), (error.Code, error.Recoverable));
            Assert.Same(exception, error.Cause);
        }
    }

    private static ErrorClassifier WithProvider() => ErrorClassifier.Default.WithAdapter(exception => exception is ProviderException failure
        ? new ResponseFacts { Status = failure.Status, ErrorCode = failure.Code, Header = failure.Headers.GetValueOrDefault }
        : null);

    private static KairosError Classify(Exception exception, ErrorClassifier? classifier = null) =>
        (classifier ?? ErrorClassifier.Default).Classify(exception, TableCase.On("llm"));
}
