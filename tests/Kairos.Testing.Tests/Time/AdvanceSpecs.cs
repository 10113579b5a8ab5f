namespace Kairos.Testing.Tests.Time;

/// <summary>Virtual time for all of Kairos.</summary>
public sealed class AdvanceSpecs
{
    [Fact]
    public async Task A_circuit_becomes_half_open_when_its_time_has_passed_and_not_before()
    {
        await using var kairos = KairosTest.Start(Calls.Strict);
        await kairos["llm"].FailAsync();
        await kairos["llm"].FailAsync();

        await kairos.AdvanceAsync(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        Assert.Equal(CircuitStatus.Open, kairos["llm"].Snapshot!.Circuit);
        await kairos.AdvanceAsync(TimeSpan.FromTicks(1));
        Assert.Equal(CircuitStatus.HalfOpen, kairos["llm"].Snapshot!.Circuit);
    }

    [Fact]
    public async Task A_call_with_retries_makes_all_its_attempts_at_their_moments_in_one_advance()
    {
        await using var kairos = KairosTest.Start("kairos.defaults.call.retry { max-attempts = 5, initial-delay = 1s, jitter = 0.0, budget = 0.0 }");
        var begin = kairos.Time.GetUtcNow();
        var attempts = new List<double>();

        var call = kairos["llm"].ExecuteAsync<int>(_ =>
        {
            attempts.Add((kairos.Time.GetUtcNow() - begin).TotalSeconds);
            return attempts.Count < 4 ? throw new KairosException(Calls.Broken) : new(attempts.Count);
        }).AsTask();
        await kairos.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(4, await call.Soon());
        Assert.Equal([0, 1, 3, 7], attempts);
        Assert.Equal(3, kairos.Metrics.Total(MetricNames.ErrorsRecovered, component: "llm"));
        Assert.Equal(begin + TimeSpan.FromMinutes(1), kairos.Time.GetUtcNow());
    }

    [Fact]
    public async Task Many_calls_at_once_have_all_gone_on_before_time_passes_further()
    {
        await using var kairos = KairosTest.Start(
            "kairos.defaults { breaker.consecutive-failures = 0, call.retry { max-attempts = 5, initial-delay = 1s, jitter = 0.0, budget = 0.0 } }");
        var begin = kairos.Time.GetUtcNow();
        var moments = new System.Collections.Concurrent.ConcurrentBag<double>();

        Task[] calls = [.. Enumerable.Range(0, 300).Select(_ => kairos["llm"].TryExecuteAsync<int>(_ =>
        {
            moments.Add((kairos.Time.GetUtcNow() - begin).TotalSeconds);
            throw new KairosException(Calls.Broken);
        }).AsTask())];
        await kairos.AdvanceAsync(TimeSpan.FromSeconds(15));

        await Task.WhenAll(calls).Soon();
        Assert.Equal([(0, 300), (1, 300), (3, 300), (7, 300), (15, 300)], moments.CountBy(moment => moment).OrderBy(pair => pair.Key).Select(pair => ((int)pair.Key, pair.Value)));
    }

    [Fact]
    public async Task Time_does_not_pass_while_a_call_goes_on()
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            if (await GoesOnAsync()) return;
        }

        Assert.Fail("no call has waited for its actor");
    }

    /// <summary>Has time pass while a call goes on after it has waited for its actor. False where the actor was so fast that the call did not wait.</summary>
    private static async Task<bool> GoesOnAsync()
    {
        await using var kairos = KairosTest.Start(Calls.Once);
        var begin = kairos.Time.GetUtcNow();
        using var release = new ManualResetEventSlim();
        var hasWaited = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isBegun = false;
        var options = new GuardedCallOptions<int, int> { Fallbacks = [new Fallback<int, int>((_, _) => GoOn())] };
        var call = Task.Run(() =>
        {
            var pending = kairos["llm"].ExecuteAsync<int, int>(static (_, _) => throw new KairosException(Calls.Broken), 0, options).AsTask();
            Volatile.Write(ref isBegun, true);
            return pending;
        });
        if (!await hasWaited.Task.Soon()) return await call.Soon() == 0;

        var advance = kairos.AdvanceAsync(TimeSpan.FromSeconds(1));
        for (var drained = 0; drained < 20; drained++) await kairos.DrainAsync().Soon();
        Assert.Equal(begin, kairos.Time.GetUtcNow());
        release.Set();

        await advance.Soon();
        Assert.Equal(7, await call.Soon());
        return true;

        ValueTask<int> GoOn()
        {
            if (!SpinWait.SpinUntil(() => Volatile.Read(ref isBegun), TimeSpan.FromMilliseconds(100))) // its caller stands beneath it on this thread
            {
                hasWaited.SetResult(false);
                return new ValueTask<int>(7);
            }

            hasWaited.SetResult(true);
            release.Wait(TimeSpan.FromSeconds(60));
            return new ValueTask<int>(7);
        }
    }

    [Fact]
    public async Task Time_passes_until_a_call_that_is_repeated_has_ended()
    {
        await using var kairos = KairosTest.Start();
        var begin = kairos.Time.GetUtcNow();

        var failure = await Assert.ThrowsAsync<KairosException>(() => kairos.AdvanceUntilAsync(
            kairos["llm"].ExecuteAsync<int>(_ => throw new KairosException(Calls.Broken)).AsTask()).Soon());

        Assert.Same(Calls.Broken, failure.Error);
        Assert.Equal(3, kairos.Metrics.Total(MetricNames.Errors, component: "llm"));
        Assert.InRange(kairos.Time.GetUtcNow() - begin, TimeSpan.FromMilliseconds(270), TimeSpan.FromMilliseconds(330)); // 100 and 200, with jitter
        Assert.Equal(7, await kairos.AdvanceUntilAsync(Task.FromResult(7)));
    }

    [Fact]
    public async Task A_task_that_never_ends_ends_the_wait_for_it_after_a_while()
    {
        await using var kairos = KairosTest.Start();
        kairos.Timeout = TimeSpan.FromMilliseconds(200);

        var failure = await Assert.ThrowsAsync<KairosTestException>(() => kairos.AdvanceUntilAsync(new TaskCompletionSource().Task));

        Assert.Equal("The task has not ended within 0.2 s of real time.", failure.Message);
    }

    [Fact]
    public async Task What_happens_on_the_way_has_the_time_at_which_it_was_due()
    {
        await using var kairos = KairosTest.Start(Calls.Strict);
        await kairos["llm"].FailAsync();
        await kairos["llm"].FailAsync();

        await kairos.AdvanceAsync(TimeSpan.FromHours(1));

        Assert.Equal(kairos.Time.GetUtcNow() - TimeSpan.FromHours(1) + TimeSpan.FromSeconds(30), kairos["llm"].Snapshot!.Since);
        Assert.Equal(30, kairos.Metrics.Total(MetricNames.CircuitTime, component: "llm", ("state", "open")));
    }

    [Fact]
    public async Task A_time_limit_ends_a_call_that_hangs()
    {
        await using var kairos = KairosTest.Start("kairos.defaults.call { attempt-timeout = 5s, retry.max-attempts = 1 }");
        var call = kairos["tools"].ExecuteAsync(static async token => await Task.Delay(Timeout.Infinite, token)).AsTask();

        await kairos.AdvanceAsync(TimeSpan.FromSeconds(5));

        var timeout = await Assert.ThrowsAsync<CallTimeoutException>(() => call.Soon());
        Assert.Equal("call.attempt-timeout", timeout.Setting);
    }

    [Fact]
    public async Task Health_improves_by_virtual_time_alone()
    {
        await using var kairos = KairosTest.Start();
        await kairos["llm"].ForceOpenAsync();
        await kairos["llm"].ForceClosedAsync();
        Assert.Equal(ComponentHealth.Unhealthy, kairos["llm"].Snapshot!.Health);

        await kairos.AdvanceAsync(TimeSpan.FromSeconds(10));

        await kairos["llm"].ShouldBeHealthyAsync();
    }

    [Fact]
    public async Task Two_advances_at_once_pass_one_after_the_other()
    {
        await using var kairos = KairosTest.Start();
        var begin = kairos.Time.GetUtcNow();

        await Task.WhenAll(kairos.AdvanceAsync(TimeSpan.FromSeconds(1)), kairos.AdvanceAsync(TimeSpan.FromSeconds(2)));

        Assert.Equal(TimeSpan.FromSeconds(3), kairos.Time.GetUtcNow() - begin);
    }

    [Fact]
    public async Task Time_that_the_test_has_named_itself_is_not_moved()
    {
        await using var kairos = KairosTest.Start(options => options.TimeProvider = TimeProvider.System);

        await Assert.ThrowsAsync<InvalidOperationException>(() => kairos.AdvanceAsync(TimeSpan.FromSeconds(1)));
        Assert.Same(TimeProvider.System, kairos.Time);
    }

    [Fact]
    public async Task Time_does_not_run_backwards()
    {
        await using var kairos = KairosTest.Start();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => kairos.AdvanceAsync(TimeSpan.FromTicks(-1)));
    }
}
