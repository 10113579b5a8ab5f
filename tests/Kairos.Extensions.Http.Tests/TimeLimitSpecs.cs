using System.Net;
using Kairos.Tests.Calls;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Extensions.Http.Tests;

/// <summary>Whose time is up, and until when it runs.</summary>
public sealed class TimeLimitSpecs
{
    private static readonly Uri Nowhere = new("http://nowhere.invalid/");
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Headers_that_do_not_come_within_an_attempts_limit_are_a_timeout()
    {
        var time = new FakeTimeProvider();
        await using var server = await WebServer.StartAsync(WebServer.Hang);
        await using var client = await GuardedClient.StartAsync(Limited(time));
        var call = client.Http.GetAsync(server.Url);
        await server.RequestAsync();

        time.Advance(Limit);

        var timeout = await Assert.ThrowsAsync<CallTimeoutException>(() => call.Soon());
        Assert.Equal("call.attempt-timeout", timeout.Setting);
        Assert.Equal((ErrorCode.Timeout, Verdict.Count), await OnlyErrorOfAsync(client));
    }

    [Fact]
    public async Task A_body_that_streams_is_read_for_longer_than_an_attempt_may_take()
    {
        var time = new FakeTimeProvider();
        var rest = new TaskCompletionSource();
        CancellationToken sent = default;
        await using var server = await WebServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync("first");
            await context.Response.Body.FlushAsync();
            await rest.Task;
            await context.Response.WriteAsync(", second");
        });
        await using var client = await GuardedClient.StartAsync(Limited(time) with
        {
            Within = builder => builder.AddHttpMessageHandler(() => new Handler((_, send, token) =>
            {
                sent = token;
                return send();
            })),
        });

        using var response = await client.Http.GetAsync(server.Url, HttpCompletionOption.ResponseHeadersRead).Soon();
        time.Advance(Limit * 100);
        rest.SetResult();

        Assert.Equal("first, second", await response.Content.ReadAsStringAsync().Soon());
        Assert.True(sent.CanBeCanceled);
        Assert.False(sent.IsCancellationRequested); // nor may whoever has kept the token be cut off
        Assert.Empty(await client.ErrorsAsync());
    }

    [Fact]
    public async Task A_token_that_an_inner_handler_keeps_is_nobody_elses_afterwards()
    {
        var kept = new List<CancellationToken>();
        await using var client = await GuardedClient.StartAsync(new ClientSetup
        {
            Kairos = options => options.Defaults(c => c with { Call = c.Call with { AttemptTimeout = TimeSpan.FromMilliseconds(200) } }),
            Within = builder => builder.AddHttpMessageHandler(() => new Handler(async (_, _, token) =>
            {
                kept.Add(token);
                if (kept.Count > 1) await Task.Delay(Timeout.Infinite, token);
                return new HttpResponseMessage(HttpStatusCode.OK);
            })),
        });

        await client.GetAsync(Nowhere); // on the system's clock sources of tokens are used again
        await Assert.ThrowsAsync<CallTimeoutException>(() => client.GetAsync(Nowhere));

        Assert.Equal([false, true], kept.Select(token => token.IsCancellationRequested));
    }

    [Fact]
    public async Task The_clients_own_time_is_the_components_failure_and_ends_the_call()
    {
        var attempts = 0;
        await using var client = await GuardedClient.StartAsync(new ClientSetup
        {
            Kairos = ClientSetup.Retries,
            Within = builder => builder.AddHttpMessageHandler(() => new Handler(async (_, _, token) =>
            {
                attempts++;
                await Task.Delay(Timeout.Infinite, token);
                throw new InvalidOperationException("nobody cancels");
            })),
        });
        client.Http.Timeout = TimeSpan.FromMilliseconds(500);

        var cancelled = await Assert.ThrowsAsync<TaskCanceledException>(() => client.GetAsync(Nowhere));

        Assert.IsType<TimeoutException>(cancelled.InnerException);
        Assert.Equal((ErrorCode.Timeout, Verdict.Count), await OnlyErrorOfAsync(client));
        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task A_caller_who_cancels_blames_nobody()
    {
        using var caller = new CancellationTokenSource();
        await using var server = await WebServer.StartAsync(WebServer.Hang);
        await using var client = await GuardedClient.StartAsync(new ClientSetup { Kairos = ClientSetup.Retries });
        var call = client.Http.GetAsync(server.Url, caller.Token);
        await server.RequestAsync();

        await caller.CancelAsync();

        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
        Assert.IsNotType<TimeoutException>(cancelled.InnerException);
        Assert.Empty(await client.ErrorsAsync());
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task What_other_clients_have_for_a_limit_does_not_make_a_cancellation_a_timeout()
    {
        using var caller = new CancellationTokenSource();
        await using var server = await WebServer.StartAsync(WebServer.Hang);
        await using var client = await GuardedClient.StartAsync();
        using var patient = client.New();
        patient.Timeout = TimeSpan.FromHours(1);
        using var hasty = client.New();
        hasty.Timeout = TimeSpan.FromMinutes(1);
        var call = patient.GetAsync(server.Url, caller.Token);
        await server.RequestAsync();

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
        Assert.Empty(await client.ErrorsAsync());
    }

    [Fact]
    public async Task The_deadline_holds_for_all_attempts_together()
    {
        var time = new FakeTimeProvider();
        await using var server = await WebServer.StartAsync(WebServer.Hang);
        await using var client = await GuardedClient.StartAsync(new ClientSetup
        {
            Time = time,
            Kairos = options => options.Defaults(c => c with { Call = c.Call with { Deadline = Limit } }),
        });
        var call = client.Http.GetAsync(server.Url);
        await server.RequestAsync();

        time.Advance(Limit);

        Assert.Equal("call.deadline", (await Assert.ThrowsAsync<CallTimeoutException>(() => call.Soon())).Setting);
    }

    [Fact]
    public async Task A_place_of_the_bulkhead_is_taken_until_the_headers_are_there()
    {
        var first = new TaskCompletionSource();
        await using var server = await WebServer.StartAsync(WebServer.InTurn(
            async context =>
            {
                await first.Task;
                await WebServer.Status(200)(context);
            },
            WebServer.Status(200)));
        await using var client = await GuardedClient.StartAsync(new ClientSetup
        {
            Kairos = options => options.Defaults(c => c with { Call = c.Call with { MaxConcurrent = 1 } }),
        });
        var call = client.GetAsync(server.Url);
        await server.RequestAsync();

        var rejected = await Assert.ThrowsAsync<CallRejectedException>(() => client.GetAsync(server.Url));

        Assert.Equal(RejectionReason.ConcurrencyLimit, rejected.Rejection);
        first.SetResult();
        Assert.Equal((int)HttpStatusCode.OK, (await call).Status);
        Assert.Equal((int)HttpStatusCode.OK, (await client.GetAsync(server.Url)).Status);
    }

    private static ClientSetup Limited(FakeTimeProvider time) => new()
    {
        Time = time,
        Kairos = options => options.Defaults(c => c with { Call = c.Call with { AttemptTimeout = Limit } }),
    };

    private static async Task<(ErrorCode Code, Verdict Verdict)> OnlyErrorOfAsync(GuardedClient client)
    {
        var error = Assert.Single(await client.ErrorsAsync());
        return (error.Code, error.Verdict);
    }
}
