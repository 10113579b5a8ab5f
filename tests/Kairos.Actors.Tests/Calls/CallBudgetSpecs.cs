namespace Kairos.Tests.Calls;

/// <summary>What the calls of one turn share.</summary>
public sealed class CallBudgetSpecs
{
    private readonly ObservedTimeProvider _time = new();

    [Fact]
    public async Task A_turn_has_so_many_attempts_retries_included_and_then_its_calls_are_rejected()
    {
        await using var system = await StartAsync();
        var script = ScriptedCall.Failing();
        using (CallBudget.Begin(attempts: 3))
        {
            Assert.Equal(CallStatus.Failure, (await system.Llm.TryExecuteAsync(ScriptedCall.RunAsync, script).AsTask().Soon()).Status);
            Assert.Equal((3, 0), (script.Attempts, CallBudget.Current!.AttemptsLeft));
            var rejected = await Assert.ThrowsAsync<CallRejectedException>(async () => await system.Llm.ExecuteAsync(Act.Succeed, 1));
            Assert.Equal(("llm", RejectionReason.BudgetExhausted), (rejected.Component, rejected.Rejection));
        }

        Assert.Null(CallBudget.Current);
        Assert.Equal(1, await system.Llm.ExecuteAsync(Act.Succeed, 1));
        Assert.Equal(3, script.Attempts);
    }

    [Fact]
    public async Task Retries_inside_retries_do_not_multiply()
    {
        await using var system = await StartAsync();
        var script = ScriptedCall.Failing();
        using (CallBudget.Begin(attempts: 7))
        {
            var outcome = await system.Kairos["tools"].TryExecuteAsync(
                (call, token) => system.Llm.ExecuteAsync(ScriptedCall.RunAsync, call, token), script).AsTask().Soon();
            Assert.False(outcome.IsSuccess);
        }

        Assert.InRange(script.Attempts, 1, 6); // without a budget: 25
    }

    [Fact]
    public async Task A_turn_has_so_much_time()
    {
        await using var system = await StartAsync();
        using var turn = CallBudget.Begin(attempts: 100, TimeSpan.FromSeconds(2), _time);
        var (_, ends) = await HeldCall.BeginAsync(system.Llm);
        _time.Advance(TimeSpan.FromSeconds(2));

        var outcome = await ends.Soon();
        Assert.Equal((ErrorCode.Timeout, "the turn's CallBudget"), (outcome.Error!.Code, Assert.IsType<CallTimeoutException>(outcome.Exception).Setting));
        Assert.Equal(TimeSpan.Zero, turn.TimeLeft);
        Assert.Equal(RejectionReason.BudgetExhausted, (await system.Llm.SucceedAsync()).Rejection);
    }

    [Fact]
    public async Task A_budget_inside_a_budget_spends_from_both()
    {
        await using var system = await StartAsync();
        using var outer = CallBudget.Begin(attempts: 3);
        using (var inner = CallBudget.Begin(attempts: 2))
        {
            for (var i = 0; i < 2; i++) Assert.True((await system.Llm.SucceedAsync()).IsSuccess);
            Assert.Equal((0, 1), (inner.AttemptsLeft, outer.AttemptsLeft));
        }

        Assert.Same(outer, CallBudget.Current);
        using (var inner = CallBudget.Begin(attempts: 2))
        {
            Assert.True((await system.Llm.SucceedAsync()).IsSuccess);
            Assert.Equal(CallStatus.Rejected, (await system.Llm.SucceedAsync()).Status);
            Assert.Equal((0, 0, 1), (inner.AttemptsLeft, outer.AttemptsLeft, inner.Used.Attempts)); // what was not made is not spent
        }
    }

    [Fact]
    public async Task A_call_that_the_inner_budget_rejects_costs_the_outer_one_nothing()
    {
        await using var system = await StartAsync();
        using var outer = CallBudget.Begin(attempts: 3);
        using (CallBudget.Begin(attempts: 1))
        {
            Assert.True((await system.Llm.SucceedAsync()).IsSuccess);
            for (var i = 0; i < 5; i++) Assert.Equal(CallStatus.Rejected, (await system.Llm.SucceedAsync()).Status);
        }

        Assert.Equal(2, outer.AttemptsLeft);
    }

    [Fact]
    public async Task Other_flows_know_nothing_of_it()
    {
        await using var system = await StartAsync();
        using var begun = new SemaphoreSlim(0);
        using var over = new SemaphoreSlim(0);
        var turn = Task.Run(async () =>
        {
            using var budget = CallBudget.Begin(attempts: 1);
            await system.Llm.SucceedAsync();
            var inside = await Task.Run(async () => (await system.Llm.SucceedAsync()).Rejection);
            begun.Release();
            await over.WaitAsync();
            return inside;
        });
        await begun.WaitAsync();

        Assert.Null(CallBudget.Current);
        for (var i = 0; i < 5; i++) Assert.True((await system.Llm.SucceedAsync()).IsSuccess);
        over.Release();
        Assert.Equal(RejectionReason.BudgetExhausted, await turn.Soon());
    }

    [Fact]
    public void A_budget_of_nothing_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CallBudget.Begin(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => CallBudget.Begin(1, TimeSpan.Zero));
        Assert.Null(CallBudget.Current);
    }

    [Fact]
    public async Task A_turn_that_has_ended_binds_nobody_also_not_what_it_began()
    {
        await using var system = await StartAsync();
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<CallOutcome<int>> outliving;
        using (CallBudget.Begin(attempts: 1, TimeSpan.FromSeconds(2), _time))
        {
            await system.Llm.SucceedAsync();
            outliving = Task.Run(async () =>
            {
                await go.Task;
                Assert.Null(CallBudget.Current);
                return await system.Llm.SucceedAsync();
            });
        }

        _time.Advance(TimeSpan.FromSeconds(3));
        go.SetResult();
        Assert.True((await outliving.Soon()).IsSuccess);
    }

    [Fact]
    public async Task What_outlives_a_turn_inside_a_turn_is_bound_by_the_outer_one()
    {
        await using var system = await StartAsync();
        using var outer = CallBudget.Begin(attempts: 2);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<CallOutcome<int>> outliving;
        using (CallBudget.Begin(attempts: 1))
        {
            outliving = Task.Run(async () =>
            {
                await go.Task;
                await system.Llm.SucceedAsync();
                await system.Llm.SucceedAsync();
                return await system.Llm.SucceedAsync();
            });
        }

        go.SetResult();
        Assert.Equal(RejectionReason.BudgetExhausted, (await outliving.Soon()).Rejection);
        Assert.Equal(0, outer.AttemptsLeft);
    }

    [Fact]
    public async Task A_budget_of_a_hundred_days_waits_in_a_queue_like_any_other()
    {
        await using var system = await GuardedSystem.StartAsync(_time, c => c with { Call = c.Call with { MaxConcurrent = 1, MaxQueued = 1 } });
        using var turn = CallBudget.Begin(attempts: 10, TimeSpan.FromDays(100), _time);
        var (held, ends) = await HeldCall.BeginAsync(system.Llm);
        var queued = system.Llm.SucceedAsync().AsTask();
        held.Succeed();
        await ends.Soon();

        Assert.True((await queued.Soon()).IsSuccess);
    }

    private Task<GuardedSystem> StartAsync() => GuardedSystem.StartAsync(_time, more: options => options.Defaults(c => c with
    {
        Breaker = c.Breaker with { ConsecutiveFailures = 0 },
        Call = new CallPolicy { Retry = new RetryPolicy { MaxAttempts = 5, InitialDelay = TimeSpan.Zero, Jitter = 0, Budget = 0 } },
    }));
}
