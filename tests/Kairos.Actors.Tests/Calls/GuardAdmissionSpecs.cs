using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Calls;

/// <summary>Who is let through while the circuit is closed or open, and by hand.</summary>
public sealed class GuardAdmissionSpecs
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Lets_calls_through_while_closed()
    {
        await using var system = await GuardedSystem.StartAsync(_time);

        Assert.Equal(7, await system.Llm.ExecuteAsync(Act.Succeed, 7));
        Assert.Equal(8, (await system.Llm.TryExecuteAsync(Act.Succeed, 8)).Value);
        Assert.Equal(2, system.Ledger.Successes.Total);
    }

    [Fact]
    public async Task Rejects_with_component_state_reason_and_the_time_left_while_open()
    {
        await using var system = await GuardedSystem.StartAsync(_time);
        await system.Llm.FailAsync(times: 2);
        _time.Advance(TimeSpan.FromSeconds(10));

        var rejected = await Assert.ThrowsAsync<CircuitOpenException>(async () => await system.Llm.ExecuteAsync(Act.Succeed, 1));

        Assert.Equal("llm", rejected.Component);
        Assert.Equal(RejectionReason.CircuitOpen, rejected.Rejection);
        Assert.Equal(CircuitStatus.Open, rejected.State);
        Assert.Equal(TransitionReason.Failures, rejected.Reason);
        Assert.Equal(TimeSpan.FromSeconds(20), rejected.RetryAfter);
    }

    [Fact]
    public async Task Tells_of_a_rejection_without_an_exception()
    {
        await using var system = await GuardedSystem.StartAsync(_time);
        await system.Llm.FailAsync(times: 2);

        var outcome = await system.Llm.SucceedAsync();

        Assert.Equal(CallStatus.Rejected, outcome.Status);
        Assert.Equal(RejectionReason.CircuitOpen, outcome.Rejection);
        Assert.Equal(TimeSpan.FromSeconds(30), outcome.RetryAfter);
        Assert.Null(outcome.Exception);
        Assert.Equal(1, system.Ledger.Rejected);
        Assert.Throws<InvalidOperationException>(() => outcome.Value);
    }

    [Fact]
    public async Task A_call_gets_its_own_exception_back()
    {
        await using var system = await GuardedSystem.StartAsync(_time);
        var mine = new InvalidOperationException("mine");

        Assert.Same(mine, await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await system.Llm.ExecuteAsync(static (e, _) => throw e, mine)));
        Assert.Same(mine, await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await system.Llm.ExecuteAsync(static async (e, _) => { await Task.Yield(); throw e; }, mine)));
        Assert.Equal(2, (await system.SettleAsync()).Errors);
    }

    [Fact]
    public async Task A_success_between_failures_keeps_the_circuit_closed()
    {
        await using var system = await GuardedSystem.StartAsync(_time);

        for (var i = 0; i < 5; i++)
        {
            await system.Llm.FailAsync();
            Assert.True((await system.Llm.SucceedAsync()).IsSuccess);
        }

        Assert.Equal(CircuitStatus.Closed, (await system.SettleAsync()).Circuit);
    }

    [Fact]
    public async Task Observe_never_rejects_and_counts_all_the_same()
    {
        await using var system = await GuardedSystem.StartAsync(
            _time, c => c with { Breaker = c.Breaker with { Mode = BreakerMode.Observe } });

        await system.Llm.FailAsync(times: 2);
        Assert.Equal(CircuitStatus.Open, system.Llm.Snapshot!.Circuit);
        Assert.True((await system.Llm.SucceedAsync()).IsSuccess);

        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(CircuitStatus.HalfOpen, (await system.SettleAsync()).Circuit);
        var (first, firstEnds) = await HeldCall.BeginAsync(system.Llm);
        var (second, secondEnds) = await HeldCall.BeginAsync(system.Llm);
        first.Succeed();
        second.Succeed();
        Assert.True((await firstEnds.Soon()).IsSuccess && (await secondEnds.Soon()).IsSuccess);

        system.Llm.Isolate();
        Assert.Equal(CircuitStatus.Open, (await system.SettleAsync()).Circuit);
        Assert.True((await system.Llm.SucceedAsync()).IsSuccess);
        Assert.Equal(0, system.Ledger.Rejected);
    }

    [Fact]
    public async Task Isolated_it_rejects_until_it_is_reset()
    {
        await using var system = await GuardedSystem.StartAsync(_time);
        system.Llm.Isolate();
        await system.SettleAsync();
        _time.Advance(TimeSpan.FromDays(30));

        var rejected = await Assert.ThrowsAsync<CircuitOpenException>(async () => await system.Llm.ExecuteAsync(Act.Succeed, 1));
        Assert.Equal((TransitionReason.Manual, null), (rejected.Reason, rejected.RetryAfter));

        system.Llm.Reset();
        await system.SettleAsync();
        Assert.True((await system.Llm.SucceedAsync()).IsSuccess);
    }

    [Fact]
    public async Task The_first_call_creates_the_component()
    {
        await using var system = await GuardedSystem.StartAsync(_time);
        var cache = system.Kairos["cache"];
        Assert.Null(cache.Snapshot);

        Assert.Equal(3, await cache.ExecuteAsync(Act.Succeed, 3).AsTask().Soon());

        Assert.Equal("cache", cache.Snapshot!.Component);
        Assert.Equal(1, system.Kairos.HandleOf("cache").Ledger.Successes.Total);
    }

    [Fact]
    public async Task A_component_too_many_is_refused_to_its_first_caller()
    {
        await using var system = await GuardedSystem.StartAsync(_time, more: options => options.MaxComponents = 3);

        var refused = await Assert.ThrowsAsync<ComponentRefusedException>(async () =>
            await system.Kairos["cache"].ExecuteAsync(Act.Succeed, 1).AsTask().Soon());
        Assert.Equal(("cache", RefusalReason.MaxComponents), (refused.Component, refused.Reason));
        await Assert.ThrowsAsync<ComponentRefusedException>(async () => await system.Kairos["cache"].SucceedAsync().AsTask().Soon());
    }
}
