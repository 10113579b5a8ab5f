using Kairos.Classification;

namespace Kairos.Tests.Classification;

/// <summary>What an answer means by its status, its words, and who gave it.</summary>
public sealed class AnswerMeaningTests
{
    [Theory]
    [InlineData(ErrorCode.Unauthorized, Verdict.Trip, 400, 401, 403, 404, 422, 499)]
    [InlineData(ErrorCode.LlmError, Verdict.Count, 0, 200, 399, 408, 409, 423, 425, 429, 500, 503)]
    public void What_another_host_refuses_is_the_components_authorization(ErrorCode code, Verdict verdict, params int[] statuses)
    {
        foreach (var status in statuses)
        {
            var error = Classify(new ResponseFacts { Status = status, ErrorCode = "insufficient_quota", IsOfOther = true });
            Assert.True((error.Code, error.Verdict) == (code, verdict), $"{status} became {error}");
        }
    }

    [Fact]
    public void Another_host_is_named()
    {
        var other = new ResponseFacts { Status = 401, IsOfOther = true };
        Assert.Equal("another host", Classify(other).Context["server.address"]);
        Assert.Equal("login.example:443", Classify(other with { Host = "login.example:443" }).Context["server.address"]);
        Assert.False(Classify(new ResponseFacts { Status = 401, Host = "api.example" }).Context.ContainsKey("server.address"));
    }

    [Fact]
    public void A_body_that_was_cut_is_told()
    {
        Assert.Equal(true, Classify(new ResponseFacts { Status = 500, IsCut = true }).Context["http.response.body.cut"]);
        Assert.False(Classify(new ResponseFacts { Status = 500 }).Context.ContainsKey("http.response.body.cut"));
    }

    [Fact]
    public void What_was_not_said_is_not_told()
    {
        Assert.Empty(Classify(new ResponseFacts { Status = 0, Reasons = ["404"] }).Context);
        Assert.Equal(["http.response.status_code"], Classify(new ResponseFacts { Status = 500 }).Context.Keys);
        Assert.Equal(["provider.error_code"], Classify(new ResponseFacts { Status = 0, ErrorCode = "api_error" }).Context.Keys);
        Assert.Equal(new string('x', 64), Classify(new ResponseFacts { Status = 500, ErrorCode = new string('x', 64) }).Context["provider.error_code"]);
    }

    [Theory]
    [InlineData(200, "invalid_request_error", ErrorCode.InvalidInput)]
    [InlineData(200, "invalid_request_error,model_not_found", ErrorCode.NotFound)]
    [InlineData(200, "invalid_request_error,rate_limit_error,model_not_found", ErrorCode.RateLimit)]
    [InlineData(400, "model_not_found,invalid_request_error", ErrorCode.NotFound)]
    [InlineData(401, "model_not_found", ErrorCode.Unauthorized)]
    [InlineData(400, "gremlins", ErrorCode.InvalidInput)]
    [InlineData(400, "gremlins,API_KEY_INVALID", ErrorCode.Unauthorized)]
    [InlineData(403, "content_filter", ErrorCode.InvalidInput)]
    [InlineData(404, "content_filter", ErrorCode.NotFound)]
    [InlineData(0, "404", ErrorCode.NotFound)]
    [InlineData(0, "400", ErrorCode.InvalidInput)]
    [InlineData(0, "599,400", ErrorCode.LlmError)]
    [InlineData(0, "399", ErrorCode.InternalError)]
    [InlineData(0, "600", ErrorCode.InternalError)]
    [InlineData(-1, "gremlins", ErrorCode.InternalError)]
    public void A_word_says_more_than_a_status_that_says_little_and_the_narrower_word_more_than_the_wider(int status, string said, ErrorCode code)
    {
        // An answer that says nothing is left to the exception's kind, which is a bug here.
        var classifier = ErrorClassifier.Default.WithAdapter(_ => new ResponseFacts { Status = status, Reasons = said.Split(',') });
        Assert.Equal(code, classifier.Classify(Bugs.NullReference(), TableCase.On("llm")).Code);
    }

    [Fact]
    public void The_code_that_stands_by_itself_is_the_narrowest_and_the_one_that_people_are_told()
    {
        var facts = new ResponseFacts { Status = 200, ErrorCode = "model_not_found", Reasons = ["429", "rate_limit_error"] };
        Assert.Equal(["model_not_found", "429", "rate_limit_error"], facts.Said);
        Assert.Equal("model_not_found", facts.Code);
        Assert.Equal(ErrorCode.NotFound, Classify(facts).Code);

        Assert.Equal("rate_limit_error", (facts with { ErrorCode = null }).Code);
        Assert.Equal(["429", "rate_limit_error"], (facts with { ErrorCode = "429" }).Said);
    }

    [Theory]
    [InlineData("llm", nameof(Answerer.Component), 401, Verdict.Trip)]
    [InlineData("llm", nameof(Answerer.Service), 401, Verdict.Trip)]
    [InlineData("tools", nameof(Answerer.Web), 401, Verdict.Count)]
    [InlineData("llm", nameof(Answerer.Component), 404, Verdict.Trip)]
    [InlineData("llm", nameof(Answerer.Service), 404, Verdict.Ignore)]
    [InlineData("llm", nameof(Answerer.Web), 404, Verdict.Ignore)]
    [InlineData("memory", nameof(Answerer.Component), 404, Verdict.Ignore)]
    [InlineData("tools/search", nameof(Answerer.Component), 404, Verdict.Ignore)]
    public void Who_answers_decides_whether_a_refusal_speaks_against_all_of_it(string component, string from, int status, Verdict verdict)
    {
        var error = Classify(new ResponseFacts { Status = status, From = Enum.Parse<Answerer>(from) }, component);
        Assert.Equal((verdict, false), (error.Verdict, error.Recoverable));
    }

    [Theory]
    [InlineData(503, true, ErrorCode.RateLimit)]
    [InlineData(503, false, ErrorCode.LlmError)]
    [InlineData(498, true, ErrorCode.RateLimit)]
    [InlineData(500, true, ErrorCode.LlmError)]
    public void Overload_that_says_how_long_to_wait_is_a_rate_limit(int status, bool hasWait, ErrorCode code) => Assert.Equal(
        code, Classify(new ResponseFacts { Status = status, Wait = hasWait ? TimeSpan.FromSeconds(1) : null }).Code);

    private static KairosError Classify(ResponseFacts facts, string component = "llm") =>
        ErrorClassifier.Default.Classify(new HttpFailureException(facts), TableCase.On(component));
}
