namespace Kairos.Tests.Calls;

/// <summary>Deadline and attempt timeout, and who is to blame.</summary>
public sealed class TimeLimitSpecs
{
    private readonly ObservedTimeProvider _time = new();

    [Theory]
    [InlineData(5, 60)]
    [InlineData(60, 5)]
    public async Task A_call_that_has_not_ended_when_its_time_is_up_is_a_timeout(int attempt, int deadline)
    {
        await using var system = await StartAsync(TimeSpan.FromSeconds(attempt), TimeSpan.FromSeconds(deadline));
        var (_, ends) = await HeldCall.BeginAsync(system.Llm);
        _time.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
        Assert.False(ends.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));

        var outcome = await ends.Soon();
        Assert.Equal((CallStatus.Failure, ErrorCode.Timeout), (outcome.Status, outcome.Error!.Code));
        Assert.Equal(1, (await system.SettleAsync()).ConsecutiveFailures);
        var timeout = Assert.IsType<CallTimeoutException>(outcome.Exception);
        var setting = attempt < deadline ? "call.attempt-timeout" : "call.deadline";
        Assert.Equal(("llm", TimeSpan.FromSeconds(5), setting), (timeout.Component, timeout.Limit, timeout.Setting));
        Assert.Equal($"'llm' did not answer within 5s ({setting}).", timeout.Message);
        Assert.IsAssignableFrom<OperationCanceledException>(timeout.InnerException);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_first_attempt_that_is_made_on_the_spot_says_as_well_which_limit_ended_it(bool hasDeadline)
    {
        await using var system = await StartAsync(TimeSpan.FromSeconds(7), hasDeadline ? TimeSpan.FromSeconds(3) : Timeout.InfiniteTimeSpan);
        var call = system.Llm.ExecuteAsync<int>(async token =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return 1;
        }).AsTask();
        _time.Advance(TimeSpan.FromSeconds(hasDeadline ? 3 : 7));

        Assert.Equal(hasDeadline ? "call.deadline" : "call.attempt-timeout", (await Assert.ThrowsAsync<CallTimeoutException>(() => call.Soon())).Setting);
    }

    [Fact]
    public async Task The_attempts_of_a_call_share_its_deadline()
    {
        await using var system = await StartAsync(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(6), maxAttempts: 3);
        var (_, ends) = await HeldCall.BeginAsync(system.Llm);
        Assert.Equal(4, (await _time.NextAsync("AttemptToken")).TotalSeconds);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(1, (await _time.NextDelayAsync()).TotalSeconds);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await _time.NextAsync("AttemptToken")).TotalSeconds); // of 6 seconds, 5 are gone
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(ErrorCode.Timeout, (await ends.Soon()).Error!.Code);
        Assert.Equal(2, (await system.SettleAsync()).Errors);
    }

    [Fact]
    public async Task A_caller_who_cancels_blames_nobody()
    {
        await using var system = await StartAsync(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5));
        using var caller = new CancellationTokenSource();
        var (_, ends) = await HeldCall.BeginAsync(system.Llm, caller.Token);
        await caller.CancelAsync();

        var outcome = await ends.Soon();
        Assert.Equal(CallStatus.Ignored, outcome.Status);
        Assert.IsAssignableFrom<OperationCanceledException>(outcome.Exception);
        var snapshot = await system.SettleAsync();
        Assert.Equal((0, 0, 1), (snapshot.Errors, snapshot.ConsecutiveFailures, system.Ledger.Ignored.Total));
    }

    [Fact]
    public async Task A_call_that_ends_in_time_is_not_touched_by_the_time_limit_of_another()
    {
        await using var system = await StartAsync(TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        var (first, firstEnds) = await HeldCall.BeginAsync(system.Llm);
        _time.Advance(TimeSpan.FromSeconds(4));
        first.Succeed();
        Assert.True((await firstEnds.Soon()).IsSuccess);
        var (second, secondEnds) = await HeldCall.BeginAsync(system.Llm);
        _time.Advance(TimeSpan.FromSeconds(4));
        second.Succeed();

        Assert.True((await secondEnds.Soon()).IsSuccess);
    }

    private Task<GuardedSystem> StartAsync(TimeSpan attempt, TimeSpan deadline, int maxAttempts = 1) => GuardedSystem.StartAsync(
        _time,
        c => c with
        {
            Breaker = c.Breaker with { ConsecutiveFailures = 10 },
            Call = new CallPolicy
            {
                AttemptTimeout = attempt,
                Deadline = deadline,
                Retry = new RetryPolicy { MaxAttempts = maxAttempts, InitialDelay = TimeSpan.FromSeconds(1), Jitter = 0, Budget = 0 },
            },
        });
}
