using System.Threading.RateLimiting;
using Kairos.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Calls;

/// <summary>Limiters of System.Threading.RateLimiting in the place of <c>call.rate</c>.</summary>
public sealed class OwnLimiterSpecs
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Each_attempt_has_a_permit_and_gives_it_back_however_it_ends()
    {
        await using var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = 0 });
        await using var system = await StartAsync(limiter, attempts: 2);
        var script = ScriptedCall.Failing();

        await system.Llm.TryExecuteAsync(ScriptedCall.RunAsync, script).AsTask().Soon();
        Assert.Equal(2, script.Attempts);
        await foreach (var _ in system.Llm.ExecuteStreamAsync((_, _) => Two(), 0)) break;
        var (held, ends) = await HeldCall.BeginAsync(system.Llm);
        Assert.Equal(RejectionReason.RateLimit, (await system.Llm.SucceedAsync()).Rejection);
        held.Succeed();
        await ends.Soon();

        Assert.True((await system.Llm.SucceedAsync()).IsSuccess);
        Assert.Equal(1, limiter.GetStatistics()!.CurrentAvailablePermits);

        static async IAsyncEnumerable<int> Two()
        {
            yield return 1;
            await Task.Yield();
            yield return 2;
        }
    }

    [Fact]
    public async Task Who_is_refused_is_told_when_there_will_be_room_where_the_limiter_knows()
    {
        await using var limiter = new FixedWindowRateLimiter(new FixedWindowRateLimiterOptions { PermitLimit = 1, Window = TimeSpan.FromHours(1), AutoReplenishment = false });
        await using var system = await StartAsync(limiter);
        await system.Llm.SucceedAsync();

        var rejected = await system.Llm.SucceedAsync();

        Assert.Equal((RejectionReason.RateLimit, TimeSpan.FromHours(1)), (rejected.Rejection, rejected.RetryAfter));
        Assert.Contains("the application's rate limiter", rejected.ToException()!.Message, StringComparison.Ordinal);
        Assert.Equal((1, 0), (system.Ledger.Totals.Rejected, system.Ledger.Totals.Failure));
    }

    [Fact]
    public async Task Nobody_waits_longer_than_max_wait_and_who_cancels_is_not_rejected()
    {
        await using var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = 10 });
        await using var system = await StartAsync(limiter);
        using var cancelled = new CancellationTokenSource();
        var (held, ends) = await HeldCall.BeginAsync(system.Llm);
        var waiting = system.Llm.SucceedAsync().AsTask();
        var leaving = system.Llm.TryExecuteAsync(Act.Succeed, 1, cancelled.Token).AsTask();

        await cancelled.CancelAsync();
        Assert.Equal(CallStatus.Ignored, (await leaving.Soon()).Status);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(RejectionReason.RateLimit, (await waiting.Soon()).Rejection);
        held.Succeed();
        await ends.Soon();
        Assert.Equal(1, limiter.GetStatistics()!.CurrentAvailablePermits);
    }

    [Fact]
    public async Task It_holds_for_what_is_beneath_and_stays_when_settings_change()
    {
        await using var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = 0 });
        await using var system = await StartAsync(limiter);
        system.Llm.Reconfigure(system.Llm.Snapshot!.Settings with { Call = new CallPolicy { MaxQueued = 0 } });
        system.Kairos.Reconfigure(settings => settings with { MaxComponents = 99 });
        await system.SettleAsync();
        var (held, ends) = await HeldCall.BeginAsync(system.Llm["fast"]);

        Assert.Equal(RejectionReason.RateLimit, (await system.Llm.SucceedAsync()).Rejection);
        Assert.True((await system.Kairos["tools"].SucceedAsync()).IsSuccess);

        held.Succeed();
        await ends.Soon();
    }

    [Fact]
    public async Task One_that_throws_limits_nothing_and_the_log_says_so_once()
    {
        var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = 0 });
        await limiter.DisposeAsync();
        await using var host = await KairosHost.StartAsync(new KairosHostSetup { Options = options => options.RateLimiter("llm", limiter) });

        for (var i = 0; i < 3; i++) Assert.True((await host.Kairos["llm"].SucceedAsync()).IsSuccess);

        await host.Kairos.DrainAsync().Soon();
        Assert.Contains("ObjectDisposedException", Assert.Single(host.Log.All, line => line.Id == 17).Text, StringComparison.Ordinal);
    }

    private Task<GuardedSystem> StartAsync(RateLimiter limiter, int attempts = 1) => GuardedSystem.StartAsync(
        _time,
        c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 0 }, Call = c.Call with { Retry = new RetryPolicy { MaxAttempts = attempts, InitialDelay = TimeSpan.Zero, Jitter = 0, Budget = 0 } } },
        options => options.RateLimiter("llm", limiter));
}
