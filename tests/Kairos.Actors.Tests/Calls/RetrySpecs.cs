using System.Diagnostics.Metrics;

namespace Kairos.Tests.Calls;

/// <summary>When a failed attempt is repeated, after which wait, and what counts as recovered.</summary>
public sealed class RetrySpecs
{
    private static readonly RetryPolicy Steady = new()
    {
        MaxAttempts = 4,
        InitialDelay = TimeSpan.FromMilliseconds(100),
        MaxDelay = TimeSpan.FromMilliseconds(300),
        Jitter = 0,
        Budget = 0,
    };

    private readonly ObservedTimeProvider _time = new();

    [Fact]
    public async Task Waits_longer_and_longer_up_to_a_cap_and_then_gives_up()
    {
        await using var system = await StartAsync(Steady);
        var script = ScriptedCall.Failing();
        var call = system.Llm.TryExecuteAsync(ScriptedCall.RunAsync, script).AsTask();

        foreach (var wait in new[] { 100, 200, 300 })
        {
            Assert.Equal(wait, (await _time.NextDelayAsync()).TotalMilliseconds);
            _time.Advance(TimeSpan.FromMilliseconds(wait));
        }

        Assert.Equal(CallStatus.Failure, (await call.Soon()).Status);
        Assert.Equal(4, script.Attempts);
        Assert.Equal((4, 0), ((await system.SettleAsync()).Errors, system.Llm.Snapshot!.Recovered));
        Assert.Equal(1, system.Ledger.Failures.Total);
    }

    [Fact]
    public async Task Success_after_errors_recovers_each_of_them_with_its_own_kind_and_records_how_long_it_took()
    {
        await using var system = await StartAsync(Steady);
        var durations = new List<double>();
        using var listener = Listen(system, durations);
        var script = new ScriptedCall(Act.Broken, new(ErrorCode.Timeout, "late"), Act.Broken);
        var call = system.Llm.ExecuteAsync(ScriptedCall.RunAsync, script).AsTask();
        for (var i = 0; i < 3; i++) _time.Advance(await _time.NextDelayAsync());

        Assert.Equal(4, await call.Soon());
        var snapshot = await system.SettleAsync();
        Assert.Equal((3, 3), (snapshot.Errors, snapshot.Recovered));
        var recovered = system.Kairos.MetricsOf("llm").Recovered.Select(series => series.Measure())
            .ToDictionary(m => (string)m.Tags.ToArray().Single(tag => tag.Key == MetricNames.ErrorCode).Value!, m => m.Value);
        Assert.Equal(2, recovered["llm_error"]);
        Assert.Equal(1, recovered["timeout"]);
        Assert.Equal(0.6, Assert.Single(durations), 6);
    }

    [Fact]
    public async Task Waits_as_long_as_the_callee_asks_for()
    {
        await using var system = await StartAsync(Steady);
        var call = system.Llm.TryExecuteAsync(
            ScriptedCall.RunAsync, new ScriptedCall(Act.Broken with { RetryAfter = TimeSpan.FromSeconds(20) })).AsTask();

        Assert.Equal(20, (await _time.NextDelayAsync()).TotalSeconds);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.True((await call.Soon()).IsSuccess);
    }

    [Fact]
    public async Task Sits_out_a_rate_limit_and_is_the_probe_call_after_it()
    {
        await using var system = await StartAsync(Steady);
        var limit = new KairosError(ErrorCode.RateLimit, "slow down") { RetryAfter = TimeSpan.FromSeconds(2) };
        var call = system.Llm.TryExecuteAsync(ScriptedCall.RunAsync, new ScriptedCall(limit)).AsTask();
        var wait = await _time.NextDelayAsync();
        Assert.Equal((CircuitStatus.Open, TransitionReason.RateLimit), (system.Llm.Snapshot!.Circuit, system.Llm.Snapshot.Last.Reason));

        _time.Advance(wait);

        Assert.True((await call.Soon()).IsSuccess);
        Assert.Equal((CircuitStatus.HalfOpen, 1), ((await system.SettleAsync()).Circuit, system.Llm.Snapshot.Recovered));
    }

    [Theory]
    [InlineData("retry-after beyond its cap")]
    [InlineData("retry-after beyond the deadline")]
    [InlineData("not recoverable")]
    [InlineData("ignored")]
    [InlineData("not idempotent")]
    [InlineData("circuit open")]
    public async Task Does_not_retry(string reason)
    {
        var error = reason switch
        {
            "retry-after beyond its cap" => Act.Broken with { RetryAfter = TimeSpan.FromSeconds(31) },
            "retry-after beyond the deadline" => Act.Broken with { RetryAfter = TimeSpan.FromSeconds(11) },
            "not recoverable" => Act.Broken with { Recoverable = false },
            "ignored" => Act.Broken with { Verdict = Verdict.Ignore },
            _ => Act.Broken,
        };
        await using var system = await StartAsync(
            Steady,
            TimeSpan.FromSeconds(reason.EndsWith("deadline", StringComparison.Ordinal) ? 10 : 100),
            failures: reason == "circuit open" ? 1 : 0);
        var script = new ScriptedCall(error);

        var outcome = await system.Llm.TryExecuteAsync(
            ScriptedCall.RunAsync, script, new GuardedCallOptions { IsIdempotent = reason != "not idempotent" }).AsTask().Soon();

        Assert.Equal(reason == "ignored" ? CallStatus.Ignored : CallStatus.Failure, outcome.Status);
        Assert.Same(error, outcome.Error);
        Assert.Equal((1, 0), (script.Attempts, _time.Pending("Delay")));
        Assert.Equal(1, (await system.SettleAsync()).Errors);
    }

    [Fact]
    public async Task Begins_no_wait_that_would_outlast_the_deadline()
    {
        await using var system = await StartAsync(Steady, TimeSpan.FromMilliseconds(250));
        var script = ScriptedCall.Failing();
        var call = system.Llm.TryExecuteAsync(ScriptedCall.RunAsync, script).AsTask();
        _time.Advance(await _time.NextDelayAsync());

        Assert.Equal(CallStatus.Failure, (await call.Soon()).Status);
        Assert.Equal(2, script.Attempts);
    }

    [Fact]
    public async Task Stops_retrying_when_the_circuit_is_opened_while_it_waits()
    {
        await using var system = await StartAsync(Steady);
        var script = ScriptedCall.Failing();
        var call = system.Llm.TryExecuteAsync(ScriptedCall.RunAsync, script).AsTask();
        var wait = await _time.NextDelayAsync();
        system.Llm.Isolate();
        await system.SettleAsync();
        _time.Advance(wait);

        var outcome = await call.Soon();
        Assert.Equal((CallStatus.Failure, 1), (outcome.Status, script.Attempts));
        Assert.Same(Act.Broken, outcome.Error);
    }

    [Fact]
    public async Task A_caller_who_cancels_during_the_wait_waits_no_longer()
    {
        await using var system = await StartAsync(Steady);
        using var caller = new CancellationTokenSource();
        var call = system.Llm.TryExecuteAsync(ScriptedCall.RunAsync, ScriptedCall.Failing(), caller.Token).AsTask();
        await _time.NextDelayAsync();
        await caller.CancelAsync();

        Assert.Equal(CallStatus.Ignored, (await call.Soon()).Status);
        Assert.Equal((1, 0), ((await system.SettleAsync()).Errors, system.Llm.Snapshot!.Recovered));
    }

    [Fact]
    public async Task An_attempt_that_failed_by_itself_before_its_caller_left_is_how_the_call_ended()
    {
        await using var system = await StartAsync(Steady);
        using var caller = new CancellationTokenSource();
        var attempts = 0;

        var outcome = await system.Llm.TryExecuteAsync(
            async ValueTask<int> (_, _) =>
            {
                attempts++;
                await caller.CancelAsync();
                throw new KairosException(Act.Broken);
            },
            1, caller.Token).AsTask().Soon();

        Assert.Equal((CallStatus.Failure, 1), (outcome.Status, attempts));
        Assert.Same(Act.Broken, outcome.Error);
        Assert.Equal(1, system.Ledger.Failures.Total);
    }

    [Fact]
    public async Task No_more_than_a_share_of_the_calls_are_retries()
    {
        await using var system = await StartAsync(Steady with { MaxAttempts = 2, InitialDelay = TimeSpan.Zero, Budget = 0.2 });
        var script = ScriptedCall.Failing();
        for (var i = 0; i < 100; i++) await system.Llm.TryExecuteAsync(ScriptedCall.RunAsync, script).AsTask().Soon();

        Assert.InRange(script.Attempts - 100, 28, 30); // ten from the start, and a fifth of the calls
    }

    private Task<GuardedSystem> StartAsync(RetryPolicy retry, TimeSpan? deadline = null, int failures = 0) => GuardedSystem.StartAsync(
        _time,
        c => c with
        {
            Breaker = c.Breaker with { ConsecutiveFailures = failures },
            Call = new CallPolicy { Retry = retry, Deadline = deadline ?? Timeout.InfiniteTimeSpan },
        });

    private static MeterListener Listen(GuardedSystem system, List<double> durations)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter, system.Kairos.Meter) && instrument.Name == MetricNames.RecoveryDuration)
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => durations.Add(value));
        listener.Start();
        return listener;
    }
}
