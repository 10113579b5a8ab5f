using Kairos.Extensions.AI.Tests;
using Kairos.Tests.Calls;
using Microsoft.Extensions.Time.Testing;
using Polly;
using Polly.CircuitBreaker;
using Polly.Hedging;
using Polly.Retry;
using Polly.Timeout;

namespace Kairos.Extensions.Polly.Tests;

/// <summary>A component beside Polly's own strategies, around them and inside.</summary>
public sealed class PipelineSpecs : IAsyncLifetime
{
    private static readonly Exception Overloaded = new HttpRequestException("timeout", null, System.Net.HttpStatusCode.GatewayTimeout);
    private readonly FakeTimeProvider _time = new();
    private AgentSystem _system = null!;

    public async Task InitializeAsync() => _system = await AgentSystem.StartAsync(
        _time, options => options.Defaults(c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 3 } }), "llm", "memory");

    public async Task DisposeAsync() => await _system.DisposeAsync();

    [Fact]
    public async Task A_retry_around_it_makes_up_for_the_errors_before_each_by_its_kind()
    {
        var script = new Script(Work.Broken, Overloaded, "well");

        Assert.Equal("well", (await Retried(3).RunAsync(script).Soon()).Result);

        Assert.Equal(3, script.Attempts);
        Assert.Equal(
            [("llm", ErrorCode.LlmError, 1L), ("llm", ErrorCode.Timeout, 1L)], (await _system.RecoveriesAsync()).OrderBy(recovery => recovery.Code));
        Assert.Equal((2, 2, 0), (_system.Snapshot().Errors, _system.Snapshot().Recovered, _system.Snapshot().ConsecutiveFailures));
    }

    [Fact]
    public async Task The_time_to_the_recovery_is_told_once()
    {
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = _time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = 2,
                Delay = TimeSpan.Zero,
                OnRetry = _ =>
                {
                    _time.Advance(TimeSpan.FromSeconds(3));
                    return default;
                },
            })
            .AddKairosComponent(_system.Kairos, "llm")
            .Build();

        await pipeline.RunAsync(new Script(Work.Broken, Overloaded, "well")).Soon();

        var durations = (await _system.SettleAsync()).OfType<ComponentEvents.ErrorsRecovered>().Select(recovered => recovered.Duration);
        Assert.Equal([TimeSpan.FromSeconds(6)], durations.Where(duration => duration is not null).Select(duration => duration!.Value));
    }

    [Fact]
    public async Task Errors_recover_once_however_often_the_execution_goes_on()
    {
        var pipeline = new ResiliencePipelineBuilder<string>()
            .AddRetry(new RetryStrategyOptions<string>
            {
                ShouldHandle = new PredicateBuilder<string>().HandleResult("not yet").Handle<HttpRequestException>(),
                MaxRetryAttempts = 3,
                Delay = TimeSpan.Zero,
            })
            .AddKairosComponent(_system.Kairos, "llm")
            .Build();

        Assert.Equal("well", (await pipeline.RunAsync(new Script(Work.Broken, "not yet", "not yet", "well")).Soon()).Result);

        Assert.Equal([("llm", ErrorCode.LlmError, 1L)], await _system.RecoveriesAsync());
    }

    [Fact]
    public async Task What_ends_in_failure_recovers_nothing_nor_does_the_next_execution()
    {
        var pipeline = Retried(1);

        Assert.Same(Overloaded, (await pipeline.RunAsync(new Script(Work.Broken, Overloaded)).Soon()).Exception);
        Assert.Equal("well", (await pipeline.RunAsync(new Script("well")).Soon()).Result);

        Assert.Empty(await _system.RecoveriesAsync());
        Assert.Equal(2, _system.Snapshot().Errors);
    }

    [Fact]
    public async Task A_retry_around_it_sees_the_circuit_open()
    {
        var script = new Script(Work.Broken);

        var outcome = await Retried(5).RunAsync(script).Soon();

        Assert.IsType<CircuitOpenException>(outcome.Exception);
        Assert.Equal(3, script.Attempts);
    }

    [Fact]
    public async Task A_retry_inside_is_one_attempt_of_which_the_end_counts()
    {
        var pipeline = new ResiliencePipelineBuilder()
            .AddKairosComponent(_system.Kairos, "llm")
            .AddRetry(new RetryStrategyOptions { MaxRetryAttempts = 1, Delay = TimeSpan.Zero })
            .Build();

        await pipeline.RunAsync(new Script(Work.Broken, "well")).Soon();
        await pipeline.RunAsync(new Script(Work.Broken, Overloaded)).Soon();

        Assert.Equal([ErrorCode.Timeout], (await _system.ErrorsAsync()).Select(error => error.Code));
    }

    [Fact]
    public async Task A_time_limit_inside_is_a_timeout_of_the_component()
    {
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = _time }
            .AddKairosComponent(_system.Kairos, "llm")
            .AddTimeout(TimeSpan.FromSeconds(5))
            .Build();

        var outcome = await HeldFor(pipeline, TimeSpan.FromSeconds(5)).Soon();

        Assert.IsType<TimeoutRejectedException>(outcome.Exception);
        var error = Assert.Single(await _system.ErrorsAsync());
        Assert.Equal((ErrorCode.Timeout, true, Verdict.Count), (error.Code, error.Recoverable, error.Verdict));
    }

    [Fact]
    public async Task A_time_limit_around_it_is_a_caller_who_cancels()
    {
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = _time }
            .AddTimeout(TimeSpan.FromSeconds(5))
            .AddKairosComponent(_system.Kairos, "llm")
            .Build();

        var outcome = await HeldFor(pipeline, TimeSpan.FromSeconds(5)).Soon();

        Assert.IsType<TimeoutRejectedException>(outcome.Exception);
        Assert.Empty(await _system.ErrorsAsync());
    }

    [Fact]
    public async Task A_breaker_inside_that_is_open_is_not_the_components_fault()
    {
        var manual = new CircuitBreakerManualControl(isIsolated: true);
        var pipeline = new ResiliencePipelineBuilder()
            .AddKairosComponent(_system.Kairos, "llm")
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions { ManualControl = manual })
            .Build();

        for (var i = 0; i < 3; i++) Assert.IsType<IsolatedCircuitException>((await pipeline.RunAsync(new Script("never")).Soon()).Exception);

        Assert.Equal((CircuitStatus.Closed, 0), (_system.Snapshot().Circuit, _system.Snapshot().ConsecutiveFailures));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_has_opened_by_itself_tells_for_how_long_and_why(bool inPipeline)
    {
        var breaker = new ResiliencePipelineBuilder { TimeProvider = _time }.AddCircuitBreaker(
            new CircuitBreakerStrategyOptions { MinimumThroughput = 2, FailureRatio = 0.5, BreakDuration = TimeSpan.FromSeconds(30) }).Build();
        for (var i = 0; i < 2; i++) await breaker.RunAsync(new Script(Overloaded)).Soon();
        _time.Advance(TimeSpan.FromSeconds(10));

        if (inPipeline)
        {
            var pipeline = new ResiliencePipelineBuilder { TimeProvider = _time }.AddKairosComponent(_system.Kairos, "llm").AddPipeline(breaker).Build();
            for (var i = 0; i < 3; i++) Assert.IsType<BrokenCircuitException>((await pipeline.RunAsync(new Script("never")).Soon()).Exception);
        }
        else
        {
            var guard = _system.Kairos["llm"];
            for (var i = 0; i < 3; i++)
                await Assert.ThrowsAsync<BrokenCircuitException>(() => guard.ExecuteAsync(token => breaker.ExecuteAsync(_ => new ValueTask<int>(1), token)).AsTask().Soon());
        }

        Assert.All(await _system.ErrorsAsync(), error => Assert.Equal(
            (ErrorCode.Timeout, true, Verdict.Ignore, TimeSpan.FromSeconds(20)), (error.Code, error.Recoverable, error.Verdict, error.RetryAfter)));
        Assert.Equal((3, CircuitStatus.Closed), (_system.Snapshot().Errors, _system.Snapshot().Circuit));
    }

    [Fact]
    public void One_beneath_an_SDK_is_seen_through_what_the_SDK_has_wrapped_it_in()
    {
        var open = new BrokenCircuitException("open", TimeSpan.FromSeconds(7));

        var error = ErrorClassifier.Default.Classify(new HttpRequestException("failed", open), new Kairos.ClassificationContext("tools/search"));

        Assert.Equal(
            (ErrorCode.ToolFailure, true, Verdict.Ignore, TimeSpan.FromSeconds(7)), (error.Code, error.Recoverable, error.Verdict, error.RetryAfter));
    }

    [Fact]
    public async Task A_hedge_that_wins_leaves_the_loser_unblamed()
    {
        var loser = new Script(Script.Hold);
        var pipeline = Hedged(loser);

        var outcome = await pipeline.RunAsync(new Script("second")).Soon();

        Assert.Equal("second", outcome.Result);
        Assert.Equal(1, loser.Attempts);
        Assert.Empty(await _system.ErrorsAsync());
        Assert.Equal(CircuitStatus.Closed, _system.Snapshot().Circuit);
    }

    [Fact]
    public async Task A_hedge_after_a_failure_counts_the_failure()
    {
        var pipeline = Hedged(new Script(Work.Broken));

        Assert.Equal("second", (await pipeline.RunAsync(new Script("second")).Soon()).Result);

        Assert.Single(await _system.ErrorsAsync());
        Assert.Equal(0, _system.Snapshot().Recovered); // hedged attempts know nothing of each other
    }

    [Fact]
    public async Task Components_of_one_pipeline_keep_their_own_accounts()
    {
        var pipeline = new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions { MaxRetryAttempts = 2, Delay = TimeSpan.Zero })
            .AddKairosComponent(_system.Kairos, "memory")
            .AddKairosComponent(_system.Kairos, "llm")
            .Build();

        await pipeline.RunAsync(new Script(Overloaded, "well")).Soon();

        Assert.Equal(
            [("llm", ErrorCode.Timeout, 1L), ("memory", ErrorCode.Timeout, 1L)],
            (await _system.RecoveriesAsync()).OrderBy(recovery => recovery.Component));
    }

    private ResiliencePipeline Retried(int retries) => new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions { MaxRetryAttempts = retries, Delay = TimeSpan.Zero })
        .AddKairosComponent(_system.Kairos, "llm")
        .Build();

    /// <summary>The first attempt follows a script of its own; the second, that of the caller, begins at once.</summary>
    private ResiliencePipeline<string> Hedged(Script first)
    {
        var attempts = 0;
        return new ResiliencePipelineBuilder<string>()
            .AddHedging(new HedgingStrategyOptions<string> { MaxHedgedAttempts = 1, Delay = TimeSpan.Zero })
            .AddKairosComponent(_system.Kairos, "llm")
            .AddStrategy(_ => new Detour(() => Interlocked.Increment(ref attempts) == 1 ? first : null), new KairosComponentOptions())
            .Build();
    }

    private async Task<Outcome<string>> HeldFor(ResiliencePipeline pipeline, TimeSpan time)
    {
        var script = new Script(Script.Hold);
        var running = pipeline.RunAsync(script);
        await script.Held.Soon();
        _time.Advance(time);
        return await running;
    }

    private sealed class Detour(Func<Script?> script) : ResilienceStrategy<string>
    {
        protected override ValueTask<Outcome<string>> ExecuteCore<TState>(
            Func<ResilienceContext, TState, ValueTask<Outcome<string>>> callback, ResilienceContext context, TState state) =>
            script() is { } own ? own.NextAsync(context.CancellationToken) : callback(context, state);
    }
}
