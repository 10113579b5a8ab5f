using System.Net;
using Kairos.Tests.Faults;

namespace Kairos.Tests.Classification;

public sealed class HttpFailureTests
{
    [Fact]
    public async Task Carries_the_status_the_headers_and_the_code()
    {
        await using var server = MisbehavingServer.Start(Answers.Status(
            429, """{"error":{"code":"rate_limit_exceeded","message":"your key sk-123"}}""", ("Retry-After", "20"), ("X-Request", "r1")));

        var failure = Assert.IsType<HttpFailureException>(
            await PlainModel.FailureOf(client => PlainModel.AskAsync(client, server.Url)));

        Assert.Equal((HttpStatusCode)429, failure.StatusCode);
        Assert.Equal((429, "rate_limit_exceeded"), (failure.Facts.Status, failure.Facts.ErrorCode));
        Assert.Equal(("20", "r1"), (failure.Facts.Header!("retry-after"), failure.Facts.Header!("X-REQUEST")));
        Assert.Null(failure.Facts.Header!("no such header"));
        Assert.Equal("HTTP 429, rate_limit_exceeded", failure.Message);
    }

    [Fact]
    public async Task What_it_found_is_kept_for_people_who_read_logs()
    {
        await using var server = MisbehavingServer.Start(Answers.Status(429, """{"error":{"code":"rate_limit_exceeded"}}"""));

        var failure = await PlainModel.FailureOf(client => PlainModel.AskAsync(client, server.Url));
        var error = ErrorClassifier.Default.Classify(failure, TableCase.On("llm"));

        Assert.Equal(429, error.Context["http.response.status_code"]);
        Assert.Equal("rate_limit_exceeded", error.Context["provider.error_code"]);
        Assert.Equal("HTTP 429, rate_limit_exceeded", error.Message);
        Assert.Same(failure, error.Cause);
    }

    [Fact]
    public async Task Lets_a_success_pass_unread()
    {
        await using var server = MisbehavingServer.Start(Answers.Ok("""{"text":"Hello"}"""));
        using var client = new HttpClient();
        Assert.Equal("Hello", await PlainModel.AskAsync(client, server.Url).WaitAsync(MisbehavingServer.Limit));
    }

    [Fact]
    public async Task A_body_that_stalls_ends_with_the_token_and_the_status_is_told_all_the_same()
    {
        await using var server = MisbehavingServer.Start(Answers.Partial(401, """{"error":{""", Ending.Stall));
        using var attempt = new CancellationTokenSource();

        var failure = await PlainModel.FailureOf(async client =>
        {
            using var response = await client.GetAsync(server.Url, HttpCompletionOption.ResponseHeadersRead);
            var throwing = response.ThrowIfFailedAsync(attempt.Token).AsTask();
            Assert.False(throwing.IsCompleted);
            await attempt.CancelAsync();
            await throwing;
        });

        Assert.Equal(401, Assert.IsType<HttpFailureException>(failure).Facts.Status);
    }

    [Fact]
    public async Task An_endless_body_is_not_read_to_its_end()
    {
        await using var server = MisbehavingServer.Start(Answers.Partial(500, new string('x', 40_000), Ending.Stall));
        var failure = await PlainModel.FailureOf(client => PlainModel.AskAsync(client, server.Url));
        Assert.Equal(
            new ResponseFacts { Status = 500, Host = server.Url.Authority }, Assert.IsType<HttpFailureException>(failure).Facts with { Header = null });
    }

    [Fact]
    public async Task Of_a_repeated_header_nothing_is_lost()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        response.Headers.TryAddWithoutValidation("Retry-After", ["3", "4"]);
        var failure = await Assert.ThrowsAsync<HttpFailureException>(() => response.ThrowIfFailedAsync().AsTask());
        Assert.Equal("3,4", failure.Facts.Header!("Retry-After"));
    }

    [Theory]
    [InlineData(0, "Arrearage")]
    [InlineData(1, null)]
    public async Task A_body_up_to_its_limit_is_read_to_its_last_letter_and_a_longer_one_is_left_out(int above, string? code)
    {
        const string Body = """{"code":"Arrearage"}""";
        using var response = new HttpResponseMessage(HttpStatusCode.BadRequest) { Content = new StringContent(Body.PadLeft(32 * 1024) + new string(' ', above)) };
        var failure = await Assert.ThrowsAsync<HttpFailureException>(() => response.ThrowIfFailedAsync().AsTask());
        Assert.Equal(code, failure.Facts.ErrorCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Goes_on_wherever_it_is_not_where_the_caller_waits(bool isLateToOpen)
    {
        using var body = new LateContent(isLateToOpen);
        using var response = new HttpResponseMessage(HttpStatusCode.BadRequest) { Content = body };
        var own = SynchronizationContext.Current;
        var callers = new CountingContext();
        SynchronizationContext.SetSynchronizationContext(callers);
        Task throwing;
        try
        {
            throwing = response.ThrowIfFailedAsync().AsTask();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(own);
        }

        body.Arrive();
        var failure = await Assert.ThrowsAsync<HttpFailureException>(() => throwing.WaitAsync(MisbehavingServer.Limit));
        Assert.Equal(("Arrearage", 0), (failure.Facts.ErrorCode, callers.Posts));
    }

    [Fact]
    public async Task Asks_for_an_answer() =>
        await Assert.ThrowsAsync<ArgumentNullException>("response", () => ((HttpResponseMessage)null!).ThrowIfFailedAsync().AsTask());

    [Fact]
    public void Without_an_answer_there_is_no_status()
    {
        var failure = new HttpFailureException(new ResponseFacts { Status = 0 });
        Assert.Null(failure.StatusCode);
        Assert.Equal("no answer", failure.Message);
        Assert.Throws<ArgumentNullException>(() => new HttpFailureException(null!));
    }
}
