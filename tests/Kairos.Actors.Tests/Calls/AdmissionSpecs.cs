using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Calls;

/// <summary>Who is let in while half-open, when settings change, actors go and messages are lost.</summary>
public sealed class AdmissionSpecs
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_probe_limit_that_is_raised_while_half_open_holds_at_once()
    {
        await using var system = await HalfOpenAsync(halfOpenCalls: 1);
        await HeldCall.BeginAsync(system.Llm);
        Assert.Equal(CallStatus.Rejected, (await system.Llm.SucceedAsync()).Status);

        await ReconfigureAsync(system, b => b with { HalfOpenCalls = 3 });

        await HeldCall.BeginAsync(system.Llm);
        await HeldCall.BeginAsync(system.Llm);
        Assert.Equal(CallStatus.Rejected, (await system.Llm.SucceedAsync()).Status);
    }

    [Fact]
    public async Task A_probe_limit_that_is_lowered_while_half_open_holds_at_once_and_ends_no_probe_call()
    {
        await using var system = await HalfOpenAsync(halfOpenCalls: 3);
        var (first, firstEnds) = await HeldCall.BeginAsync(system.Llm);
        var (second, secondEnds) = await HeldCall.BeginAsync(system.Llm);
        await ReconfigureAsync(system, b => b with { HalfOpenCalls = 1 });

        Assert.Equal(CallStatus.Rejected, (await system.Llm.SucceedAsync()).Status);
        first.Succeed();
        Assert.True((await firstEnds.Soon()).IsSuccess);
        Assert.Equal(CallStatus.Rejected, (await system.Llm.SucceedAsync()).Status); // one is still out
        second.Succeed();
        Assert.True((await secondEnds.Soon()).IsSuccess);
        Assert.True((await system.Llm.SucceedAsync()).IsSuccess);
    }

    [Fact]
    public async Task Observing_that_is_switched_on_and_off_while_half_open_holds_at_once()
    {
        await using var system = await HalfOpenAsync(halfOpenCalls: 1);
        var (held, ends) = await HeldCall.BeginAsync(system.Llm);
        Assert.Equal(CallStatus.Rejected, (await system.Llm.SucceedAsync()).Status);

        await ReconfigureAsync(system, b => b with { Mode = BreakerMode.Observe });
        Assert.True((await system.Llm.SucceedAsync()).IsSuccess);
        Assert.Equal(CallStatus.Failure, (await system.Llm.FailAsync()).Status); // it was admitted without a place, and decides nothing
        Assert.Equal(CircuitStatus.HalfOpen, (await system.SettleAsync()).Circuit);

        await ReconfigureAsync(system, b => b with { Mode = BreakerMode.Enforce });
        Assert.Equal(CallStatus.Rejected, (await system.Llm.SucceedAsync()).Status);
        held.Succeed();
        await ends.Soon();
    }

    [Fact]
    public async Task A_claim_whose_message_is_lost_with_its_actor_does_not_leave_the_circuit_half_open()
    {
        await using var system = await HalfOpenAsync(halfOpenCalls: 1);
        var snapshot = system.Llm.Snapshot!;
        Assert.True(snapshot.Slots!.TryClaim(TimeSpan.FromSeconds(30), out _)); // and the caller dies before it tells anybody
        var former = system.Kairos.HandleOf("llm").Actor;
        system.Actors.Stop(former);
        while (system.Kairos.HandleOf("llm").Actor.Equals(former)) await Task.Yield();
        await system.SettleAsync();

        _time.Advance(TimeSpan.FromSeconds(60)); // the lease is over
        Assert.Equal((CircuitStatus.Open, TransitionReason.ProbeExpired), ((await system.SettleAsync()).Circuit, system.Llm.Snapshot!.Last.Reason));
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.True((await system.Llm.SucceedAsync()).IsSuccess);
    }

    [Fact]
    public async Task A_rejection_tells_the_picture_that_decided_it_whatever_the_circuit_is_by_now()
    {
        await using var system = await HalfOpenAsync(halfOpenCalls: 1, successThreshold: 1);
        var wrong = 0;
        for (var round = 0; round < 200; round++)
        {
            var racing = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                for (var i = 0; i < 20; i++)
                {
                    var outcome = await system.Llm.SucceedAsync();
                    if (outcome.ToException() is CircuitOpenException { State: CircuitStatus.Closed }) Interlocked.Increment(ref wrong);
                }
            })).ToList();
            system.Llm.Isolate();
            system.Llm.Reset();
            await Task.WhenAll(racing).Soon();
        }

        Assert.Equal(0, wrong);
    }

    [Fact]
    public async Task Of_two_parallel_rate_limits_the_longer_one_holds()
    {
        await using var system = await GuardedSystem.StartAsync(_time);
        List<(TaskCompletionSource<int> Gate, int Seconds)> calls = [(new(), 5), (new(), 60)];
        var ended = calls.Select(call => system.Llm.TryExecuteAsync(static (gate, _) => new ValueTask<int>(gate.Task), call.Gate).AsTask()).ToList();
        foreach (var (call, end) in calls.Zip(ended))
        {
            call.Gate.SetException(new Kairos.KairosException(
                new Kairos.KairosError(Kairos.ErrorCode.RateLimit, "slow down") { RetryAfter = TimeSpan.FromSeconds(call.Seconds) }));
            await end.Soon();
        }

        Assert.Equal(TimeSpan.FromSeconds(60), (await system.Llm.SucceedAsync()).RetryAfter);
    }

    [Fact]
    public async Task A_rejection_says_in_what_state_and_why_and_for_how_long()
    {
        await using var system = await GuardedSystem.StartAsync(_time);
        await system.Llm.FailAsync(times: 2);
        _time.Advance(TimeSpan.FromSeconds(7.5));

        var rejected = await Assert.ThrowsAsync<CircuitOpenException>(async () => await system.Llm.ExecuteAsync(Act.Succeed, 1));
        Assert.Equal("'llm' was not called: its circuit is open (failures), probe calls are let through in 22.5 s.", rejected.Message);

        system.Llm.Isolate();
        await system.SettleAsync();
        rejected = await Assert.ThrowsAsync<CircuitOpenException>(async () => await system.Llm.ExecuteAsync(Act.Succeed, 1));
        Assert.Equal("'llm' was not called: its circuit is open (failures), it stays open until it is reset.", rejected.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public async Task A_caller_who_has_cancelled_before_calls_nobody(int deadlineSeconds)
    {
        await using var system = await GuardedSystem.StartAsync(
            _time, c => c with { Call = c.Call with { Deadline = deadlineSeconds == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(deadlineSeconds) } });
        var calls = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await system.Llm.ExecuteAsync(_ => ValueTask.FromResult(++calls), new CancellationToken(canceled: true)));
        Assert.Equal((0, 1), (calls, system.Ledger.Ignored.Total));
    }

    [Fact]
    public async Task A_rejected_call_earns_no_retry()
    {
        await using var system = await GuardedSystem.StartAsync(_time, c => c with { Call = c.Call with { Retry = c.Call.Retry with { Budget = 1.0 } } });
        await system.Llm.FailAsync(times: 2);
        for (var i = 0; i < 1000; i++) Assert.Equal(CallStatus.Rejected, (await system.Llm.SucceedAsync()).Status);

        Assert.Equal(2, system.Ledger.TotalMade);
    }

    private async Task<GuardedSystem> HalfOpenAsync(int halfOpenCalls, int successThreshold = 5)
    {
        var system = await GuardedSystem.StartAsync(
            _time, c => c with { Breaker = c.Breaker with { HalfOpenCalls = halfOpenCalls, SuccessThreshold = successThreshold } });
        await system.Llm.FailAsync(times: 2);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(CircuitStatus.HalfOpen, (await system.SettleAsync()).Circuit);
        return system;
    }

    private static async Task ReconfigureAsync(GuardedSystem system, Func<BreakerPolicy, BreakerPolicy> change)
    {
        var settings = system.Llm.Snapshot!.Settings;
        system.Llm.Reconfigure(settings with { Breaker = change(settings.Breaker) });
        await system.SettleAsync();
    }
}
