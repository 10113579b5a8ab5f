using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.DependencyInjection;
using Polly.CircuitBreaker;

namespace Kairos.Extensions.Http.Tests;

/// <summary>What statuses, waits and connections mean to the component, and that the caller gets its answer all the same.</summary>
public sealed class StatusSpecs
{
    public static TheoryData<int, string, ErrorCode, Verdict, bool> Failures => new()
    {
        { 400, "tools/search", ErrorCode.InvalidInput, Verdict.Ignore, false },
        { 401, "tools/search", ErrorCode.Unauthorized, Verdict.Count, false },
        { 402, "tools/search", ErrorCode.RateLimit, Verdict.Trip, false },
        { 403, "pages", ErrorCode.Unauthorized, Verdict.Count, false },
        { 404, "tools/search", ErrorCode.NotFound, Verdict.Ignore, false },
        { 404, "pages", ErrorCode.NotFound, Verdict.Ignore, false },
        { 410, "pages", ErrorCode.NotFound, Verdict.Ignore, false },
        { 408, "pages", ErrorCode.Timeout, Verdict.Count, true },
        { 422, "pages", ErrorCode.InvalidInput, Verdict.Ignore, false },
        { 429, "pages", ErrorCode.RateLimit, Verdict.Count, true },
        { 500, "pages", ErrorCode.InternalError, Verdict.Count, true },
        { 500, "tools/search", ErrorCode.ToolFailure, Verdict.Count, true },
        { 501, "tools/search", ErrorCode.ToolFailure, Verdict.Count, false },
        { 502, "memory/store", ErrorCode.MemoryError, Verdict.Count, true },
        { 503, "tools/search", ErrorCode.ToolFailure, Verdict.Count, true },
        { 504, "tools/search", ErrorCode.Timeout, Verdict.Count, true },
    };

    [Fact]
    public async Task A_limit_that_a_server_tells_is_kept_where_that_is_switched_on()
    {
        await using var server = await WebServer.StartAsync(WebServer.Status(200, ("RateLimit-Policy", "\"default\";q=10;w=60"), ("RateLimit", "\"default\";r=0;t=30")));
        await using var client = await GuardedClient.StartAsync(new ClientSetup
        {
            Kairos = options => options.Defaults(c => c with { Call = c.Call with { Rate = new RatePolicy { Learn = true, MaxWait = TimeSpan.Zero } } }),
        });

        await client.GetAsync(server.Url);

        Assert.Equal(RejectionReason.RateLimit, (await Assert.ThrowsAsync<CallRejectedException>(() => client.GetAsync(server.Url))).Rejection);
        Assert.Single(server.Requests);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_status_is_an_answer_to_the_caller_and_an_error_of_the_component(
        int status, string component, ErrorCode code, Verdict verdict, bool isRecoverable)
    {
        await using var server = await WebServer.StartAsync(WebServer.Status(status));
        await using var client = await GuardedClient.StartAsync(new ClientSetup { Component = component });

        Assert.Equal((status, $"status {status}"), await client.GetAsync(server.Url));

        var error = Assert.Single(await client.ErrorsAsync());
        Assert.Equal((code, verdict, isRecoverable), (error.Code, error.Verdict, error.Recoverable));
        Assert.Equal(status, error.Context["http.response.status_code"]);
        Assert.Equal(verdict == Verdict.Trip ? CircuitStatus.Open : CircuitStatus.Closed, client.Snapshot.Circuit);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    [InlineData(302)]
    [InlineData(304)]
    public async Task What_is_no_failure_is_none(int status)
    {
        await using var server = await WebServer.StartAsync(context =>
        {
            context.Response.StatusCode = status; // a redirection without a place is not followed
            return Task.CompletedTask;
        });
        await using var client = await GuardedClient.StartAsync();

        Assert.Equal(status, (await client.GetAsync(server.Url)).Status);

        Assert.Empty(await client.ErrorsAsync());
    }

    public static TheoryData<int, string, string, double?> Waits => new()
    {
        { 429, "Retry-After", "20", 20 },
        { 503, "Retry-After", "20", 20 },
        { 429, "Retry-After", "5, 20", 20 },
        { 429, "Retry-After", "0", null },
        { 429, "Retry-After", "Sun, 06 Nov 1994 08:50:00 GMT", 23 }, // by the answer's own clock
        { 429, "Retry-After", "Sun, 06 Nov 1994 08:49:00 GMT", null },
        { 429, "x-ratelimit-reset-requests", "6m0s", 360 },
        { 429, "retry-after-ms", "250", 0.25 },
    };

    [Theory]
    [MemberData(nameof(Waits))]
    public async Task How_long_to_wait_is_taken_from_the_answer(int status, string header, string value, double? seconds)
    {
        await using var server = await WebServer.StartAsync(WebServer.Status(status, (header, value), ("Date", "Sun, 06 Nov 1994 08:49:37 GMT")));
        await using var client = await GuardedClient.StartAsync();

        await client.GetAsync(server.Url);

        var error = Assert.Single(await client.ErrorsAsync());
        Assert.Equal(seconds, error.RetryAfter?.TotalSeconds);
        Assert.Equal((ErrorCode.RateLimit, seconds is null ? Verdict.Count : Verdict.Gate), (error.Code, error.Verdict));
        Assert.Equal(seconds is null ? CircuitStatus.Closed : CircuitStatus.Open, client.Snapshot.Circuit);
    }

    [Fact]
    public async Task A_circuit_that_is_open_asks_nobody()
    {
        await using var server = await WebServer.StartAsync(WebServer.Status(500));
        await using var client = await GuardedClient.StartAsync();
        for (var i = 0; i < 2; i++) Assert.Equal(500, (await client.GetAsync(server.Url)).Status);

        var rejected = await Assert.ThrowsAsync<CircuitOpenException>(() => client.GetAsync(server.Url));

        Assert.Equal("tools/search", rejected.Component);
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(2, client.Snapshot.Errors);
    }

    [Fact]
    public async Task A_page_that_is_missing_opens_nothing_however_often()
    {
        await using var server = await WebServer.StartAsync(WebServer.Status(404));
        await using var client = await GuardedClient.StartAsync(new ClientSetup { Component = "pages" });

        for (var i = 0; i < 10; i++) Assert.Equal(404, (await client.GetAsync(server.Url)).Status);

        Assert.Equal(CircuitStatus.Closed, client.Snapshot.Circuit);
    }

    [Fact]
    public async Task What_EnsureSuccessStatusCode_throws_later_is_counted_once()
    {
        await using var server = await WebServer.StartAsync(WebServer.Status(500));
        await using var client = await GuardedClient.StartAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => client.Http.GetStringAsync(server.Url).Soon());

        Assert.Single(await client.ErrorsAsync());
    }

    [Fact]
    public async Task A_circuit_of_another_library_that_is_open_beneath_is_no_failure_of_the_component()
    {
        var open = new BrokenCircuitException("open");
        await using var client = await GuardedClient.StartAsync(new ClientSetup { Within = builder => builder.AddHttpMessageHandler(() => new Handler((_, _, _) => throw open)) });

        for (var i = 0; i < 3; i++) Assert.Same(open, await Assert.ThrowsAsync<BrokenCircuitException>(() => client.GetAsync(new Uri("http://search.example/"))));

        Assert.All(await client.ErrorsAsync(), error => Assert.Equal(Verdict.Ignore, error.Verdict));
        Assert.Equal((3, CircuitStatus.Closed), (client.Snapshot.Errors, client.Snapshot.Circuit));
    }

    [Theory]
    [InlineData(Ending.Reset)]
    [InlineData(Ending.Close)]
    public async Task A_connection_that_breaks_is_a_failure(Ending ending)
    {
        await using var server = MisbehavingServer.Start(Answers.Nothing(ending));
        await using var client = await GuardedClient.StartAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(server.Url));

        var error = Assert.Single(await client.ErrorsAsync());
        Assert.Equal((ErrorCode.ToolFailure, Verdict.Count, true), (error.Code, error.Verdict, error.Recoverable));
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_the_callers_business()
    {
        await using var server = MisbehavingServer.Start(Answers.Partial(200, "half", Ending.Close));
        await using var client = await GuardedClient.StartAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => client.GetAsync(server.Url));

        Assert.Empty(await client.ErrorsAsync());
    }

    [Fact]
    public async Task A_rule_of_the_application_comes_first()
    {
        await using var server = await WebServer.StartAsync(WebServer.Status(409));
        await using var client = await GuardedClient.StartAsync(new ClientSetup
        {
            Options = options => options.Classifier = ErrorClassifier.Default.WithRule((exception, in _) =>
                exception is HttpFailureException { Facts.Status: 409 } ? new KairosError(ErrorCode.InvalidInput, "taken") : null),
        });

        Assert.Equal(409, (await client.GetAsync(server.Url)).Status);

        Assert.Equal("taken", Assert.Single(await client.ErrorsAsync()).Message);
    }
}
