using Kairos.CircuitBreaker;

namespace Kairos.Tests.Calls;

/// <summary>Who is let through while the circuit is half-open, and what becomes of outcomes that come late.</summary>
public sealed class ProbeCallSpecs
{
    private static readonly TimeSpan OpenDuration = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    private readonly TimerlessTimeProvider _time = new();

    [Fact]
    public async Task The_first_caller_after_the_deadline_gets_the_probe_although_no_tick_was_processed()
    {
        await using var system = await OpenAsync(halfOpenCalls: 1);
        Assert.Equal(CircuitStatus.Open, system.Llm.Snapshot!.Circuit);

        Assert.True((await system.Llm.SucceedAsync()).IsSuccess);
        Assert.Equal(CircuitStatus.HalfOpen, system.Llm.Snapshot.Circuit);
        Assert.True((await system.Llm.SucceedAsync()).IsSuccess);
        Assert.Equal((CircuitStatus.Closed, TransitionReason.Successes), (system.Llm.Snapshot.Circuit, system.Llm.Snapshot.Last.Reason));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Only_so_many_probe_calls_run_at_a_time(int places)
    {
        await using var system = await OpenAsync(places);
        var probes = new List<(HeldCall Held, Task<CallOutcome<int>> Outcome)>();
        for (var i = 0; i < places; i++) probes.Add(await HeldCall.BeginAsync(system.Llm));

        var rejected = await Assert.ThrowsAsync<CircuitOpenException>(async () => await system.Llm.ExecuteAsync(Act.Succeed, 1));
        Assert.Equal((CircuitStatus.HalfOpen, TransitionReason.Deadline, null), (rejected.State, rejected.Reason, rejected.RetryAfter));

        probes[0].Held.Succeed();
        Assert.True((await probes[0].Outcome.Soon()).IsSuccess);
        var (next, ends) = await HeldCall.BeginAsync(system.Llm);
        foreach (var held in probes.Select(probe => probe.Held).Append(next)) held.Succeed();
        await ends.Soon();
    }

    [Fact]
    public async Task A_probe_call_that_fails_reopens_before_its_caller_sees_it()
    {
        await using var system = await OpenAsync(halfOpenCalls: 1);

        Assert.Equal(CallStatus.Failure, (await system.Llm.FailAsync()).Status);

        Assert.Equal((CircuitStatus.Open, TransitionReason.ProbeFailed), (system.Llm.Snapshot!.Circuit, system.Llm.Snapshot.Last.Reason));
        Assert.Equal(TimeSpan.FromSeconds(60), (await system.Llm.SucceedAsync()).RetryAfter);
    }

    [Fact]
    public async Task A_probe_call_that_is_cancelled_gives_its_lease_back_and_leaves_the_circuit_half_open()
    {
        await using var system = await OpenAsync(halfOpenCalls: 1);
        using var caller = new CancellationTokenSource();
        var (_, ends) = await HeldCall.BeginAsync(system.Llm, caller.Token);
        Assert.Equal(CallStatus.Rejected, (await system.Llm.SucceedAsync()).Status);

        await caller.CancelAsync();
        Assert.Equal(CallStatus.Ignored, (await ends.Soon()).Status);

        Assert.Equal(CircuitStatus.HalfOpen, system.Llm.Snapshot!.Circuit);
        Assert.True((await system.Llm.SucceedAsync()).IsSuccess);
        _time.Advance(Lease);
        Assert.Equal(CircuitStatus.HalfOpen, (await system.SettleAsync()).Circuit);
    }

    [Fact]
    public async Task The_lease_of_a_probe_call_that_hangs_expires_and_the_circuit_reopens()
    {
        await using var system = await OpenAsync(halfOpenCalls: 1);
        var (held, ends) = await HeldCall.BeginAsync(system.Llm);
        await system.SettleAsync();
        _time.Advance(Lease);

        Assert.Equal(CallStatus.Rejected, (await system.Llm.SucceedAsync()).Status);
        Assert.Equal((CircuitStatus.Open, TransitionReason.ProbeExpired), (system.Llm.Snapshot!.Circuit, system.Llm.Snapshot.Last.Reason));

        var sequence = system.Llm.Snapshot.Sequence;
        held.Succeed();
        Assert.True((await ends.Soon()).IsSuccess);
        Assert.Equal((CircuitStatus.Open, sequence), (system.Llm.Snapshot.Circuit, system.Llm.Snapshot.Sequence));
        Assert.Equal(1, system.Ledger.UnwindowedSuccesses.Total);
    }

    [Fact]
    public async Task A_probe_call_may_take_as_long_as_its_own_limit_says_and_is_a_timeout_then()
    {
        var limit = Lease * 2;
        await using var system = await OpenAsync(halfOpenCalls: 1, call: new CallPolicy { AttemptTimeout = limit, Retry = new RetryPolicy { MaxAttempts = 1 } });
        var (_, ends) = await HeldCall.BeginAsync(system.Llm); // it runs: its limit counts from now
        await system.SettleAsync();

        _time.Advance(Lease);
        Assert.Equal(CircuitStatus.HalfOpen, (await system.SettleAsync()).Circuit);

        _time.Advance(limit - Lease);
        Assert.IsType<CallTimeoutException>((await ends.Soon()).Exception);
        Assert.Equal((CircuitStatus.Open, TransitionReason.ProbeFailed), (system.Llm.Snapshot!.Circuit, system.Llm.Snapshot.Last.Reason));
        Assert.Equal(3, system.Llm.Snapshot.Errors);
    }

    [Fact]
    public async Task A_late_failure_changes_nothing_but_is_counted()
    {
        await using var system = await GuardedSystem.StartAsync(_time);
        var (held, ends) = await HeldCall.BeginAsync(system.Llm);
        await system.Llm.FailAsync(times: 2);
        _time.Advance(OpenDuration);
        Assert.True((await system.Llm.SucceedAsync()).IsSuccess);
        var before = system.Llm.Snapshot!;

        held.Fail();
        Assert.Equal(CallStatus.Failure, (await ends.Soon()).Status);

        Assert.Equal((CircuitStatus.HalfOpen, before.Sequence), (system.Llm.Snapshot!.Circuit, system.Llm.Snapshot.Sequence));
        Assert.Equal(3, system.Llm.Snapshot.Errors);
        Assert.Equal(3, system.Ledger.Failures.Total);
    }

    [Fact]
    public async Task A_late_success_closes_nothing_but_is_counted()
    {
        await using var system = await GuardedSystem.StartAsync(_time, c => c with { Breaker = c.Breaker with { SuccessThreshold = 1 } });
        var (held, ends) = await HeldCall.BeginAsync(system.Llm);
        await system.Llm.FailAsync(times: 2);
        _time.Advance(OpenDuration);
        var (probe, probeEnds) = await HeldCall.BeginAsync(system.Llm);

        held.Succeed();
        Assert.True((await ends.Soon()).IsSuccess);

        Assert.Equal(CircuitStatus.HalfOpen, (await system.SettleAsync()).Circuit);
        Assert.Equal((0, 1), (system.Ledger.Successes.Total, system.Ledger.UnwindowedSuccesses.Total));
        probe.Succeed();
        Assert.True((await probeEnds.Soon()).IsSuccess);
        Assert.Equal(CircuitStatus.Closed, system.Llm.Snapshot!.Circuit);
    }

    [Fact]
    public async Task An_outcome_of_an_earlier_generation_frees_no_place()
    {
        await using var system = await OpenAsync(halfOpenCalls: 1);
        var (held, ends) = await HeldCall.BeginAsync(system.Llm);
        var snapshot = await system.SettleAsync();
        var lease = Assert.Single(system.Kairos.HandleOf("llm").Slots!.Claims).Number;

        // A caller who claimed a place in the moment in which its generation ended may have a number that is given out again.
        var stale = new CallTicket(snapshot.Sequence - 2, lease);
        system.Kairos.Supervisor.Tell(new ComponentProtocol.CallEnded("llm", stale, CallStatus.Success, null), Akka.Actor.ActorRefs.NoSender);
        await system.SettleAsync();

        Assert.Equal(CallStatus.Rejected, (await system.Llm.SucceedAsync()).Status);
        held.Succeed();
        await ends.Soon();
    }

    /// <summary>A circuit that was opened and whose deadline has passed.</summary>
    private async Task<GuardedSystem> OpenAsync(int halfOpenCalls, CallPolicy? call = null)
    {
        var system = await GuardedSystem.StartAsync(
            _time, c => c with { Breaker = c.Breaker with { HalfOpenCalls = halfOpenCalls, SuccessThreshold = 2 }, Call = call ?? c.Call });
        await system.Llm.FailAsync(times: 2);
        _time.Advance(OpenDuration);
        return system;
    }
}
