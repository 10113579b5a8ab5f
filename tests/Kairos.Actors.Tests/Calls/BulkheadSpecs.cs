namespace Kairos.Tests.Calls;

/// <summary>So many calls at a time, and so many in the queue.</summary>
public sealed class BulkheadSpecs
{
    private readonly ObservedTimeProvider _time = new();

    [Fact]
    public async Task A_call_too_many_is_rejected_at_once()
    {
        await using var system = await StartAsync(maxConcurrent: 2, maxQueued: 0);
        var (first, firstEnds) = await HeldCall.BeginAsync(system.Llm);
        var (second, secondEnds) = await HeldCall.BeginAsync(system.Llm);

        var rejected = await Assert.ThrowsAsync<CallRejectedException>(async () => await system.Llm.ExecuteAsync(Act.Succeed, 1).AsTask().Soon());
        Assert.Equal(("llm", RejectionReason.ConcurrencyLimit), (rejected.Component, rejected.Rejection));
        Assert.Equal(1, system.Ledger.Rejected);

        first.Succeed();
        await firstEnds.Soon();
        Assert.True((await system.Llm.SucceedAsync()).IsSuccess);
        second.Fail();
        await secondEnds.Soon();
        for (var i = 0; i < 5; i++) Assert.True((await system.Llm.SucceedAsync()).IsSuccess);
    }

    [Fact]
    public async Task So_many_wait_for_their_turn_and_one_more_is_rejected()
    {
        await using var system = await StartAsync(maxConcurrent: 1, maxQueued: 2);
        var (held, ends) = await HeldCall.BeginAsync(system.Llm);
        var queued = new[] { system.Llm.SucceedAsync().AsTask(), system.Llm.SucceedAsync().AsTask() };

        Assert.Equal(RejectionReason.ConcurrencyLimit, (await system.Llm.SucceedAsync()).Rejection);
        Assert.All(queued, call => Assert.False(call.IsCompleted));

        held.Succeed();
        await ends.Soon();
        Assert.All(await Task.WhenAll(queued).Soon(), outcome => Assert.True(outcome.IsSuccess));
        Assert.Equal((3, 1), (system.Ledger.Successes.Total, system.Ledger.Rejected));
    }

    [Fact]
    public async Task A_call_that_fails_after_a_limit_was_set_is_counted_although_there_is_no_place_for_it()
    {
        await using var system = await StartAsync(maxConcurrent: 0, maxQueued: 0);
        var end = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var early = system.Llm.ExecuteAsync((_, _) => new ValueTask<int>(end.Task), 0).AsTask();
        system.Llm.Reconfigure(system.Llm.Snapshot!.Settings with { Call = new CallPolicy { MaxConcurrent = 1, Retry = new RetryPolicy { MaxAttempts = 1 } } });
        await system.SettleAsync();
        var (held, ends) = await HeldCall.BeginAsync(system.Llm);
        end.SetException(new Kairos.KairosException(Act.Broken));

        await Assert.ThrowsAsync<Kairos.KairosException>(() => early.Soon());
        Assert.Equal((1, 1, 0), ((await system.SettleAsync()).Errors, system.Ledger.Failures.Total, system.Ledger.Rejected));
        held.Succeed();
        await ends.Soon();
    }

    [Fact]
    public async Task A_stream_that_is_cancelled_in_the_queue_is_counted_too()
    {
        await using var system = await StartAsync(maxConcurrent: 1, maxQueued: 1);
        var (held, ends) = await HeldCall.BeginAsync(system.Llm);
        using var caller = new CancellationTokenSource();
        await using var reading = system.Llm.ExecuteStreamAsync(HeldStream.RunAsync, new HeldStream(), cancellationToken: caller.Token).GetAsyncEnumerator();
        var first = reading.MoveNextAsync().AsTask();
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Soon());
        Assert.Equal(1, system.Ledger.Ignored.Total);
        held.Succeed();
        await ends.Soon();
    }

    [Fact]
    public async Task Who_cancels_in_the_queue_leaves_it_and_blames_nobody()
    {
        await using var system = await StartAsync(maxConcurrent: 1, maxQueued: 1);
        var (held, ends) = await HeldCall.BeginAsync(system.Llm);
        using var caller = new CancellationTokenSource();
        var queued = system.Llm.TryExecuteAsync(Act.Succeed, 1, caller.Token).AsTask();
        await caller.CancelAsync();

        Assert.Equal(CallStatus.Ignored, (await queued.Soon()).Status);
        var next = system.Llm.SucceedAsync().AsTask();
        Assert.False(next.IsCompleted); // the place in the queue is free again
        held.Succeed();
        await ends.Soon();
        Assert.True((await next.Soon()).IsSuccess);
        Assert.Equal(0, (await system.SettleAsync()).Errors);
    }

    [Fact]
    public async Task Who_has_no_time_left_in_the_queue_is_rejected()
    {
        await using var system = await StartAsync(maxConcurrent: 1, maxQueued: 1, deadline: TimeSpan.FromHours(5));
        var (held, ends) = await HeldCall.BeginAsync(system.Llm);
        _time.Advance(TimeSpan.FromHours(1));
        var queued = system.Llm.SucceedAsync().AsTask();
        _time.Advance(TimeSpan.FromHours(3));
        held.Succeed();
        Assert.True((await ends.Soon()).IsSuccess);
        Assert.True((await queued.Soon()).IsSuccess);

        (held, ends) = await HeldCall.BeginAsync(system.Llm);
        system.Llm.Reconfigure(system.Llm.Snapshot!.Settings with
        {
            Call = system.Llm.Snapshot.Settings.Call with { Deadline = TimeSpan.FromHours(2) },
        });
        await system.SettleAsync();
        queued = system.Llm.SucceedAsync().AsTask();
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(RejectionReason.ConcurrencyLimit, (await queued.Soon()).Rejection);
        held.Succeed();
        Assert.True((await ends.Soon()).IsSuccess);
    }

    [Fact]
    public async Task A_new_limit_holds_for_the_next_call_and_those_that_run_give_back_what_they_took()
    {
        await using var system = await StartAsync(maxConcurrent: 1, maxQueued: 0);
        var (old, oldEnds) = await HeldCall.BeginAsync(system.Llm);
        Assert.Equal(CallStatus.Rejected, (await system.Llm.SucceedAsync()).Status);

        system.Llm.Reconfigure(system.Llm.Snapshot!.Settings with { Call = new CallPolicy { MaxConcurrent = 3 } });
        await system.SettleAsync();
        var (first, firstEnds) = await HeldCall.BeginAsync(system.Llm);
        var (second, secondEnds) = await HeldCall.BeginAsync(system.Llm);
        Assert.Equal(CallStatus.Rejected, (await system.Llm.SucceedAsync()).Status); // those that ran before count, too
        old.Succeed();
        await oldEnds.Soon();
        Assert.True((await system.Llm.SucceedAsync()).IsSuccess);

        system.Llm.Reconfigure(system.Llm.Snapshot.Settings with { Call = new CallPolicy() });
        await system.SettleAsync();
        Assert.True((await system.Llm.SucceedAsync()).IsSuccess);
        first.Succeed();
        second.Succeed();
        await Task.WhenAll(firstEnds, secondEnds).Soon();
    }

    private Task<GuardedSystem> StartAsync(int maxConcurrent, int maxQueued, TimeSpan? deadline = null) => GuardedSystem.StartAsync(
        _time,
        c => c with
        {
            Call = c.Call with { MaxConcurrent = maxConcurrent, MaxQueued = maxQueued, Deadline = deadline ?? Timeout.InfiniteTimeSpan },
        });
}
