using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Calls;

/// <summary>The rules of the window, fed by guards: successes are only counted, and still weigh in it.</summary>
public sealed class RatioRuleSpecs
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Successes_that_were_only_counted_keep_the_share_of_failures_down()
    {
        await using var system = await StartAsync(b => b with { FailureRatio = 0.5, MinimumThroughput = 10 });
        for (var i = 0; i < 10; i++) await SucceedAsync(system);

        for (var i = 0; i < 9; i++) await FailAsync(system);
        Assert.Equal(CircuitStatus.Closed, system.Llm.Snapshot!.Circuit);
        await FailAsync(system); // 10 of 20

        Assert.Equal((CircuitStatus.Open, TransitionReason.FailureRatio), (system.Llm.Snapshot!.Circuit, system.Llm.Snapshot.Last.Reason));
    }

    [Fact]
    public async Task Successes_leave_the_window_when_it_has_moved_on()
    {
        await using var system = await StartAsync(b => b with { FailureRatio = 0.9, MinimumThroughput = 2, Window = TimeSpan.FromSeconds(60) });
        for (var i = 0; i < 100; i++) await SucceedAsync(system);
        await system.SettleAsync(); // the first of them has woken the actor
        _time.Advance(TimeSpan.FromSeconds(1)); // they are looked at
        await system.SettleAsync();
        _time.Advance(TimeSpan.FromSeconds(60));

        await FailAsync(system);
        await FailAsync(system);

        Assert.Equal(TransitionReason.FailureRatio, system.Llm.Snapshot!.Last.Reason);
    }

    [Fact]
    public async Task Slow_successes_open_the_circuit()
    {
        await using var system = await StartAsync(b => b with
        {
            SlowCallRatio = 0.5,
            SlowCallAfter = TimeSpan.FromSeconds(2),
            MinimumThroughput = 4,
        });
        await SucceedAsync(system);
        await SucceedAsync(system);
        await SucceedAsync(system, TimeSpan.FromSeconds(2));
        Assert.Equal(CircuitStatus.Closed, (await system.SettleAsync()).Circuit);
        await SucceedAsync(system, TimeSpan.FromSeconds(3));

        Assert.Equal(TransitionReason.SlowCalls, (await system.SettleAsync()).Last.Reason);
    }

    [Fact]
    public async Task A_rule_that_is_switched_on_begins_with_an_empty_window()
    {
        await using var system = await StartAsync(b => b);
        for (var i = 0; i < 1000; i++) await SucceedAsync(system);
        var settings = system.Llm.Snapshot!.Settings;
        system.Llm.Reconfigure(settings with { Breaker = settings.Breaker with { FailureRatio = 0.5, MinimumThroughput = 2 } });
        await system.SettleAsync();

        await FailAsync(system);
        await FailAsync(system);
        Assert.Equal(TransitionReason.FailureRatio, system.Llm.Snapshot!.Last.Reason);
    }

    [Fact]
    public async Task A_component_without_calls_is_not_woken_and_the_first_success_after_that_still_counts()
    {
        var time = new ObservedTimeProvider();
        await using var system = await GuardedSystem.StartAsync(
            time, c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 0, FailureRatio = 0.6, MinimumThroughput = 3, Window = TimeSpan.FromSeconds(60) } });
        await system.Llm.SucceedAsync();
        await system.SettleAsync();
        time.Advance(TimeSpan.FromSeconds(1)); // it looks, and again until nothing is new
        await system.SettleAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        await system.SettleAsync();
        var published = system.Llm.Snapshot;

        time.Advance(TimeSpan.FromMinutes(30));
        await system.SettleAsync();
        Assert.Same(published, system.Llm.Snapshot); // nobody has looked

        for (var i = 0; i < 3; i++) await system.Llm.SucceedAsync();
        await system.SettleAsync();
        for (var i = 0; i < 4; i++) await FailAsync(system);
        Assert.Equal(CircuitStatus.Closed, system.Llm.Snapshot!.Circuit); // 4 of 7
        await FailAsync(system);
        Assert.Equal(TransitionReason.FailureRatio, system.Llm.Snapshot!.Last.Reason); // 5 of 8
    }

    private Task<GuardedSystem> StartAsync(Func<BreakerPolicy, BreakerPolicy> breaker) => GuardedSystem.StartAsync(
        _time, c => c with { Breaker = breaker(c.Breaker with { ConsecutiveFailures = 0 }) });

    private async Task SucceedAsync(GuardedSystem system, TimeSpan duration = default) => await system.Llm.ExecuteAsync(
        static (state, _) =>
        {
            state.Time.Advance(state.Duration);
            return ValueTask.FromResult(1);
        },
        (Time: _time, Duration: duration));

    private static async Task FailAsync(GuardedSystem system)
    {
        var outcome = await system.Llm.TryExecuteAsync<int>(
            static _ => throw new KairosException(new KairosError(ErrorCode.LlmError, "down"))).AsTask().Soon();
        Assert.Equal(CallStatus.Failure, outcome.Status);
    }
}
