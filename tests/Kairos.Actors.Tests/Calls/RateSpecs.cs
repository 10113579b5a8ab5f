using Kairos.State;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Calls;

/// <summary>Guarded calls under <c>call.rate</c>: what waits, what is rejected, what is given back.</summary>
public sealed class RateSpecs : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private GuardedSystem _system = null!;

    public async Task InitializeAsync() => _system = await GuardedSystem.StartAsync(_time, llm: c => c with
    {
        Call = c.Call with { Rate = new RatePolicy { Requests = 60, Tokens = 6000, Burst = TimeSpan.FromSeconds(1), MaxWait = TimeSpan.FromSeconds(2) } },
    });

    public async Task DisposeAsync() => await _system.DisposeAsync();

    private RateLimiter Limiter => _system.Kairos.HandleOf("llm").RateLimiter;

    [Fact]
    public async Task A_call_waits_for_room_and_one_that_would_wait_too_long_is_rejected_with_the_time()
    {
        Assert.True((await _system.Llm.SucceedAsync().AsTask().Soon()).IsSuccess);
        var second = _system.Llm.SucceedAsync().AsTask();
        var third = _system.Llm.SucceedAsync().AsTask();

        var fourth = await _system.Llm.SucceedAsync();

        Assert.Equal((CallStatus.Rejected, RejectionReason.RateLimit, TimeSpan.FromSeconds(3)), (fourth.Status, fourth.Rejection, fourth.RetryAfter));
        var exception = Assert.IsType<CallRejectedException>(fourth.ToException());
        Assert.Equal("'llm' was not called: its rate limit (call.rate) has room in 3 s, or more wait for it than call.rate.queue allows.", exception.Message);
        Assert.False(second.IsCompleted);
        await AdvanceAsync(TimeSpan.FromSeconds(1), waiting: 1);
        Assert.True((await second.Soon()).IsSuccess);
        await AdvanceAsync(TimeSpan.FromSeconds(1), waiting: 0);
        Assert.True((await third.Soon()).IsSuccess);
        Assert.Equal((3, 0, 0, 1), _system.Ledger.Totals);
    }

    [Fact]
    public async Task A_request_with_more_tokens_than_the_limit_is_rejected_by_name()
    {
        var rejected = await Assert.ThrowsAsync<CallRejectedException>(
            () => _system.Llm.ExecuteAsync(Act.Succeed, 1, new GuardedCallOptions { Usage = new CallUsage(6001) }).AsTask());
        Assert.Equal((RejectionReason.RateLimit, null), (rejected.Rejection, rejected.RetryAfter));
        Assert.Equal("'llm' was not called: it needs more tokens than the 6000 that call.rate.tokens allows.", rejected.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_an_answer_used_beyond_its_estimate_is_owed(bool streams)
    {
        var usage = new CallUsage(100);
        if (streams)
        {
            await foreach (var _ in _system.Llm.ExecuteStreamAsync(StreamAsync, usage, new StreamOptions<int> { Usage = usage }))
            {
            }
        }
        else
        {
            await _system.Llm.ExecuteAsync(ReportAsync, usage, new GuardedCallOptions { Usage = usage });
        }

        await AdvanceAsync(TimeSpan.FromSeconds(1), waiting: 0); // its request is paid, and 100 of the 200 that it used beyond the estimate
        var next = _system.Llm.SucceedAsync().AsTask();
        Assert.False(next.IsCompleted);
        await AdvanceAsync(TimeSpan.FromSeconds(1), waiting: 0);
        Assert.True((await next.Soon()).IsSuccess);
    }

    [Fact]
    public async Task Each_attempt_is_a_request()
    {
        _system.Kairos.Reconfigure(settings => settings.With("llm", c => c with
        {
            Breaker = c.Breaker with { ConsecutiveFailures = 100 },
            Call = c.Call with { Retry = new RetryPolicy { MaxAttempts = 3, InitialDelay = TimeSpan.Zero, Jitter = 0, Budget = 0 } },
        }));
        await _system.SettleAsync();
        var script = new ScriptedCall(Act.Broken, Act.Broken);

        var call = _system.Llm.TryExecuteAsync(ScriptedCall.RunAsync, script).AsTask();

        for (var attempt = 1; attempt < 3; attempt++)
        {
            await UntilAsync(() => Limiter.Queued == 1);
            Assert.Equal(attempt, script.Attempts);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(3, (await call.Soon()).Value);
    }

    [Fact]
    public async Task Who_is_rejected_by_the_circuit_takes_nothing_and_does_not_wait()
    {
        await _system.Llm.SucceedAsync(); // nothing is left
        _system.Llm.Isolate();
        await _system.SettleAsync();
        for (var i = 0; i < 5; i++) Assert.Equal(RejectionReason.CircuitOpen, (await _system.Llm.SucceedAsync().AsTask().Soon()).Rejection);
        Assert.Equal(0, Limiter.Queued);
        _system.Llm.Reset();
        await _system.SettleAsync();

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True((await _system.Llm.SucceedAsync().AsTask().Soon()).IsSuccess);
    }

    [Fact]
    public async Task A_circuit_that_opens_meanwhile_gives_back_what_was_taken()
    {
        await _system.Llm.SucceedAsync();
        var waiting = _system.Llm.SucceedAsync().AsTask();
        _system.Llm.Isolate();
        await _system.SettleAsync();

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(RejectionReason.CircuitOpen, (await waiting.Soon()).Rejection);
        _system.Llm.Reset();
        await _system.SettleAsync();
        Assert.True((await _system.Llm.SucceedAsync().AsTask().Soon()).IsSuccess);
    }

    [Fact]
    public async Task Who_cancels_while_it_waits_is_neutral_and_takes_nothing()
    {
        await _system.Llm.SucceedAsync();
        using var cancel = new CancellationTokenSource();
        var waiting = _system.Llm.TryExecuteAsync(Act.Succeed, 1, cancel.Token).AsTask();

        await cancel.CancelAsync();

        Assert.Equal(CallStatus.Ignored, (await waiting.Soon()).Status);
        await AdvanceAsync(TimeSpan.FromSeconds(1), waiting: 0);
        Assert.True((await _system.Llm.SucceedAsync().AsTask().Soon()).IsSuccess);
        Assert.Equal((2, 0, 1, 0), _system.Ledger.Totals);
    }

    [Fact]
    public async Task Nobody_waits_once_the_actor_system_has_ended()
    {
        await _system.Llm.SucceedAsync();
        var waiting = _system.Llm.SucceedAsync().AsTask();
        await UntilAsync(() => Limiter.Queued == 1);

        await _system.Actors.Terminate().Soon();

        await waiting.Soon();
    }

    [Fact]
    public async Task A_provider_that_refuses_all_the_same_slows_the_pace()
    {
        await _system.Llm.FailAsync(new KairosError(ErrorCode.RateLimit, "too many") { Verdict = Verdict.Ignore });

        _time.Advance(TimeSpan.FromSeconds(1));

        var next = _system.Llm.SucceedAsync().AsTask();
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True((await next.Soon()).IsSuccess);
    }

    [Fact]
    public async Task A_call_that_its_caller_makes_itself_waits_too_and_reports_its_tokens()
    {
        var usage = new CallUsage(100);
        using (var call = await _system.Llm.EnterAsync(new GuardedCallOptions { Usage = usage }))
        {
            usage.Output = 300;
            call.Succeeded();
        }

        var next = _system.Llm.EnterAsync().AsTask();
        await AdvanceAsync(TimeSpan.FromSeconds(1), waiting: 1);
        await AdvanceAsync(TimeSpan.FromSeconds(1), waiting: 0);
        (await next.Soon()).Dispose();
    }

    private static ValueTask<int> ReportAsync(CallUsage usage, CancellationToken cancellationToken)
    {
        (usage.Input, usage.Output) = (50, 250);
        return new(1);
    }

    private static async IAsyncEnumerable<int> StreamAsync(CallUsage usage, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        yield return 1;
        (usage.Input, usage.Output) = (50, 250);
    }

    private async Task AdvanceAsync(TimeSpan time, int waiting)
    {
        _time.Advance(time);
        await UntilAsync(() => Limiter.Queued == waiting);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var i = 0; !holds(); i++)
        {
            Assert.True(i < 1_000_000, "it took too long");
            await Task.Yield();
        }
    }
}
