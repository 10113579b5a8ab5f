using System.Net;
using System.Text;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.DependencyInjection;

namespace Kairos.Extensions.Http.Tests;

/// <summary>What is repeated, what is sent then, and what the caller gets.</summary>
public sealed class RetrySpecs
{
    private static readonly ClientSetup Retrying = new() { Kairos = ClientSetup.Retries };

    [Fact]
    public async Task A_GET_is_repeated_until_it_is_answered()
    {
        await using var server = await WebServer.StartAsync(WebServer.InTurn(WebServer.Status(503), WebServer.Status(500), WebServer.Status(200)));
        await using var client = await GuardedClient.StartAsync(Retrying);

        Assert.Equal((200, "status 200"), await client.GetAsync(server.Url));

        Assert.Equal(3, server.Requests.Count);
        Assert.Equal([("tools/search", ErrorCode.ToolFailure, 2L)], await client.System.RecoveriesAsync());
    }

    [Fact]
    public async Task The_last_of_the_failed_answers_is_the_callers()
    {
        await using var server = await WebServer.StartAsync(WebServer.InTurn(WebServer.Status(500), WebServer.Status(502), WebServer.Status(503)));
        await using var client = await GuardedClient.StartAsync(Retrying);

        Assert.Equal((503, "status 503"), await client.GetAsync(server.Url));

        Assert.Equal(3, (await client.ErrorsAsync()).Count);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task What_is_not_recoverable_is_not_repeated()
    {
        await using var server = await WebServer.StartAsync(WebServer.Status(404));
        await using var client = await GuardedClient.StartAsync(Retrying);

        await client.GetAsync(server.Url);

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Each_attempt_sends_the_whole_body_and_headers_that_nobody_has_changed()
    {
        await using var server = await WebServer.StartAsync(WebServer.InTurn(WebServer.Status(500), WebServer.Status(500), WebServer.Status(200)));
        await using var client = await GuardedClient.StartAsync(Retrying with
        {
            Within = builder => builder.AddHttpMessageHandler(() => new Handler((request, send, _) =>
            {
                request.Headers.Add("X-Seen", "by an inner handler");
                request.Content!.Headers.Add("X-Body-Seen", "by an inner handler");
                return send();
            })),
        });
        using var content = new StringContent("the body", Encoding.UTF8, "text/x-test");
        using var request = new HttpRequestMessage(HttpMethod.Put, server.Url) { Content = content, Headers = { { "X-Own", ["1", "2"] }, { "User-Agent", "test/1.0 (a; b)" } } };

        using var response = await client.Http.SendAsync(request).Soon();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(3, server.Requests.Count);
        Assert.All(server.Requests, received =>
        {
            Assert.Equal(("PUT", "the body"), (received.Method, received.Body));
            Assert.Equal("by an inner handler", received.Headers["X-Seen"]);
            Assert.Equal("by an inner handler", received.Headers["X-Body-Seen"]);
            Assert.Equal("text/x-test; charset=utf-8", received.Headers["Content-Type"]);
            Assert.Equal(["1", "2"], received.Headers["X-Own"].Split(',').Select(value => value.Trim()));
            Assert.Equal("test/1.0 (a; b)", received.Headers["User-Agent"]);
        });
    }

    [Theory]
    [InlineData("POST", 1)]
    [InlineData("PATCH", 1)]
    [InlineData("DELETE", 3)]
    [InlineData("HEAD", 3)]
    [InlineData("OPTIONS", 3)]
    public async Task Only_methods_that_may_be_repeated_are(string method, int requests)
    {
        await using var server = await WebServer.StartAsync(context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        await using var client = await GuardedClient.StartAsync(Retrying);

        Assert.Equal(500, (await client.SendAsync(new HttpMethod(method), server.Url)).Status);

        Assert.Equal(requests, server.Requests.Count);
    }

    [Fact]
    public async Task A_POST_is_repeated_where_the_application_says_that_it_may_be()
    {
        await using var server = await WebServer.StartAsync(WebServer.InTurn(WebServer.Status(500), WebServer.Status(200)));
        await using var client = await GuardedClient.StartAsync(Retrying with
        {
            Options = options => options.IsIdempotent = request => request.Headers.Contains("Idempotency-Key") ? true : null,
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Url) { Content = new StringContent("once"), Headers = { { "Idempotency-Key", "7" } } };

        using var response = await client.Http.SendAsync(request).Soon();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["once", "once"], server.Requests.Select(received => received.Body));
    }

    [Theory]
    [InlineData(0, true, 3)]
    [InlineData(64 * 1024, true, 3)]
    [InlineData((64 * 1024) + 1, true, 1)]
    [InlineData(10, false, 1)]
    public async Task Only_bodies_that_can_be_kept_are_sent_again(int length, bool isLengthKnown, int requests)
    {
        await using var server = await WebServer.StartAsync(WebServer.Status(500));
        await using var client = await GuardedClient.StartAsync(Retrying);
        var body = new string('x', length);

        Assert.Equal(500, (await client.SendAsync(HttpMethod.Put, server.Url, isLengthKnown ? new StringContent(body) : new Unmeasured(body))).Status);

        Assert.Equal(requests, server.Requests.Count);
        Assert.All(server.Requests, received => Assert.Equal(body, received.Body));
    }

    [Fact]
    public async Task A_connection_that_was_reset_is_tried_again()
    {
        var attempts = 0;
        await using var server = MisbehavingServer.Start(exchange =>
            (Interlocked.Increment(ref attempts) == 1 ? Answers.Nothing(Ending.Reset) : Answers.Status(200, "well"))(exchange));
        await using var client = await GuardedClient.StartAsync(Retrying);

        Assert.Equal((200, "well"), await client.GetAsync(server.Url));

        Assert.Single(await client.ErrorsAsync());
    }

    [Fact]
    public async Task Answers_of_failed_attempts_are_disposed_of_before_the_next_one()
    {
        var answers = new List<Watched>();
        await using var client = await GuardedClient.StartAsync(Retrying with
        {
            Within = builder => builder.AddHttpMessageHandler(() => new Handler((_, _, _) =>
            {
                Assert.All(answers, answer => Assert.True(answer.IsDisposed));
                answers.Add(new Watched());
                return Task.FromResult(new HttpResponseMessage(HttpStatusCode.InternalServerError) { Content = answers[^1] });
            })),
        });

        using (var response = await client.Http.GetAsync(new Uri("http://nowhere.invalid/")).Soon())
            Assert.Same(answers[^1], response.Content);

        Assert.Equal(3, answers.Count);
        Assert.All(answers, answer => Assert.True(answer.IsDisposed));
    }

    [Fact]
    public async Task An_answer_that_nobody_gets_is_disposed_of()
    {
        using var caller = new CancellationTokenSource();
        var answer = new Watched();
        await using var client = await GuardedClient.StartAsync(Retrying with
        {
            Kairos = options => options.Defaults(c => c with { Call = c.Call with { Retry = new RetryPolicy { InitialDelay = TimeSpan.FromSeconds(10), Budget = 0 } } }),
            Within = builder => builder.AddHttpMessageHandler(() => new Handler((_, _, _) =>
                Task.FromResult(new HttpResponseMessage(HttpStatusCode.InternalServerError) { Content = answer }))),
        });

        var call = client.Http.GetAsync(new Uri("http://nowhere.invalid/"), caller.Token);
        await client.System.Kairos.DrainAsync().Soon(); // the failure has been told: now it waits for its retry
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
        Assert.True(answer.IsDisposed);
        Assert.Single(await client.ErrorsAsync());
    }

    [Fact]
    public async Task What_a_body_throws_before_it_is_sent_is_not_the_components_fault()
    {
        await using var client = await GuardedClient.StartAsync(Retrying);
        using var content = new Unreadable();

        await Assert.ThrowsAsync<NotSupportedException>(() => client.SendAsync(HttpMethod.Put, new Uri("http://nowhere.invalid/"), content));

        Assert.Empty(await client.ErrorsAsync());
    }

    [Fact]
    public async Task Redirections_are_followed_within_an_attempt()
    {
        await using var server = await WebServer.StartAsync(WebServer.InTurn(WebServer.Status(302, ("Location", "/there")), WebServer.Status(200)));
        await using var client = await GuardedClient.StartAsync(Retrying);

        using var response = await client.Http.GetAsync(server.Url).Soon();

        Assert.Equal("/there", response.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Equal(["/", "/there"], server.Requests.Select(received => received.Path));
        Assert.Empty(await client.ErrorsAsync());
    }

    [Fact]
    public async Task Who_sends_synchronously_is_guarded_as_well()
    {
        await using var server = await WebServer.StartAsync(WebServer.InTurn(WebServer.Status(500), WebServer.Status(200)));
        await using var client = await GuardedClient.StartAsync(Retrying);
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Url);

        using var response = await Task.Run(() => client.Http.Send(request)).Soon();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(await client.ErrorsAsync());
    }

    private sealed class Watched() : ByteArrayContent([])
    {
        public bool IsDisposed { get; private set; }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }

    private sealed class Unmeasured(string body) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(Encoding.UTF8.GetBytes(body)).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class Unreadable : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException("read by nobody");

        protected override bool TryComputeLength(out long length)
        {
            length = 3;
            return true;
        }
    }
}
