using CsCheck;
using Kairos.State;
using Kairos.Tests.Calls;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.State;

/// <summary>Who runs, who waits, and what becomes of them when the limit changes meanwhile.</summary>
public sealed class BulkheadTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Bulkhead _bulkhead;
    private CallPolicy _policy = new() { MaxConcurrent = 2, MaxQueued = 100 };

    public BulkheadTests() => _bulkhead = new Bulkhead(new MonotonicClock(_time), () => Volatile.Read(ref _policy));

    [Fact]
    public async Task Who_waits_goes_on_in_order()
    {
        Assert.True(await Enter());
        Assert.True(await Enter());
        var waiting = Enumerable.Range(0, 3).Select(_ => Enter()).ToArray();
        Assert.Equal((2, 3), (_bulkhead.Active, _bulkhead.Queued));

        for (var served = 0; served < 3; served++)
        {
            _bulkhead.Leave();
            Assert.True(await waiting[served].Soon());
            Assert.All(waiting[(served + 1)..], waiter => Assert.False(waiter.IsCompleted));
        }
    }

    [Fact]
    public async Task A_higher_limit_lets_those_go_on_who_wait_although_nobody_leaves()
    {
        for (var i = 0; i < 2; i++) await Enter();
        var waiting = Enumerable.Range(0, 5).Select(_ => Enter()).ToArray();

        Change(new CallPolicy { MaxConcurrent = 4 }); // with a queue that would not take them any more
        Assert.True(await waiting[0].Soon());
        Assert.True(await waiting[1].Soon());
        Assert.False(waiting[2].IsCompleted);
        Assert.False(await Enter());
        Change(new CallPolicy());

        Assert.All(await Task.WhenAll(waiting).Soon(), Assert.True);
        Assert.Equal((7, 0), (_bulkhead.Active, _bulkhead.Queued));
    }

    [Fact]
    public async Task A_lower_limit_takes_no_permit_back_and_holds_from_then_on()
    {
        Change(new CallPolicy { MaxConcurrent = 5, MaxQueued = 10 });
        for (var i = 0; i < 5; i++) await Enter();

        Change(new CallPolicy { MaxConcurrent = 2, MaxQueued = 10 });
        var waiting = Enter();
        for (var i = 0; i < 3; i++) _bulkhead.Leave();
        Assert.Equal(2, _bulkhead.Active);
        Assert.False(waiting.IsCompleted);
        _bulkhead.Leave();

        Assert.True(await waiting.Soon());
    }

    [Fact]
    public async Task From_a_number_to_adaptive_and_back_with_callers_that_wait()
    {
        for (var i = 0; i < 2; i++) await Enter();
        var waiting = Enumerable.Range(0, 20).Select(_ => Enter()).ToArray();
        Assert.Null(_bulkhead.Adapted);

        var adaptive = new CallPolicy { MaxConcurrent = CallPolicy.AdaptiveConcurrency, MaxQueued = 100, Adaptive = new AdaptivePolicy { Initial = 10 } };
        Change(adaptive);
        Assert.Equal((10, 12, 10), (_bulkhead.Active, _bulkhead.Queued, _bulkhead.Adapted));
        Change(adaptive with { Adaptive = adaptive.Adaptive with { Floor = 15 } });
        Assert.Equal((15, 7, 15), (_bulkhead.Active, _bulkhead.Queued, _bulkhead.Adapted));
        Change(adaptive with { Adaptive = adaptive.Adaptive with { Ceiling = 5 } });
        Assert.Equal((15, 7, 5), (_bulkhead.Active, _bulkhead.Queued, _bulkhead.Adapted));
        Change(new CallPolicy { MaxConcurrent = 17 });

        Assert.Equal((17, 5, null), (_bulkhead.Active, _bulkhead.Queued, _bulkhead.Adapted));
        Change(new CallPolicy());
        Assert.All(await Task.WhenAll(waiting).Soon(), Assert.True);
        for (var i = 0; i < 22; i++) _bulkhead.Leave();
        Assert.Equal(0, _bulkhead.Active);
    }

    [Fact]
    public async Task A_limit_that_grows_by_itself_lets_those_go_on_who_wait()
    {
        Change(new CallPolicy { MaxConcurrent = CallPolicy.AdaptiveConcurrency, MaxQueued = 100 });
        for (var i = 0; i < 20; i++) await Enter();
        var waiting = Enumerable.Range(0, 6).Select(_ => Enter()).ToArray();
        _time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 20; i++) _bulkhead.Ended(TimeSpan.FromSeconds(1), isOverload: false);

        Assert.Equal((25, 25, 1), (_bulkhead.Adapted, _bulkhead.Active, _bulkhead.Queued));
        Assert.All(await Task.WhenAll(waiting[..5]).Soon(), Assert.True);
        _time.Advance(TimeSpan.FromSeconds(1));
        _bulkhead.Ended(TimeSpan.FromSeconds(1), isOverload: true);
        Assert.Equal(22, _bulkhead.Adapted);
    }

    [Fact]
    public async Task Who_cancels_or_has_no_time_leaves_the_queue_and_takes_nothing()
    {
        for (var i = 0; i < 2; i++) await Enter();
        using var caller = new CancellationTokenSource();
        var cancelled = Enter(cancellationToken: caller.Token);
        var late = Enter(TimeSpan.FromSeconds(5));
        var patient = Enter();

        await caller.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => cancelled.Soon());
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(await late.Soon());
        Assert.Equal(1, _bulkhead.Queued);
        _bulkhead.Leave();

        Assert.True(await patient.Soon());
    }

    /// <summary>Whatever the limit becomes: nobody enters beyond it, nobody waits while there is room, and the books add up.</summary>
    [Fact]
    public Task Never_more_run_than_the_limit_that_held_when_the_last_one_entered() => Gen.Select(Gen.Int[0, 9], Gen.Int[0, 30]).Array[1, 300].SampleAsync(async steps =>
    {
        var (time, policy) = (new FakeTimeProvider(), new CallPolicy { MaxConcurrent = 3, MaxQueued = 5 });
        var bulkhead = new Bulkhead(new MonotonicClock(time), () => policy);
        var (left, callers) = (0, new List<Task<bool>>());
        foreach (var (what, size) in steps)
        {
            var (active, all) = (bulkhead.Active, bulkhead.Active + bulkhead.Queued);
            if (what < 4) callers.Add(bulkhead.EnterAsync(Timeout.InfiniteTimeSpan, time, default).AsTask());
            else if (what < 6 && active > 0) Leave();
            else if (what == 6) Set(new CallPolicy { MaxConcurrent = size + 1, MaxQueued = 5 });
            else if (what == 7) Set(new CallPolicy { MaxConcurrent = CallPolicy.AdaptiveConcurrency, MaxQueued = 5, Adaptive = new AdaptivePolicy { Initial = size + 1, Ceiling = 30 } });
            else
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                bulkhead.Ended(TimeSpan.FromMilliseconds(size), isOverload: what == 8);
            }

            var limit = bulkhead.Adapted ?? policy.MaxConcurrent;
            Assert.True(bulkhead.Active <= Math.Max(limit, active), $"{bulkhead.Active} run, {active} ran, {limit} may");
            Assert.True(bulkhead.Queued == 0 || bulkhead.Active >= limit, "somebody waits for nothing");
            Assert.Equal(what < 4 && (active < limit || all - active < 5) ? all + 1 : what is 4 or 5 && active > 0 ? all - 1 : all, bulkhead.Active + bulkhead.Queued);
        }

        while (bulkhead.Active > 0) Leave();
        Assert.Equal(0, bulkhead.Queued);
        Assert.Equal(left, (await Task.WhenAll(callers).Soon()).Count(mayEnter => mayEnter));

        void Set(CallPolicy next)
        {
            policy = next;
            bulkhead.Refresh();
        }

        void Leave()
        {
            left++;
            bulkhead.Leave();
        }
    });

    private void Change(CallPolicy policy)
    {
        Volatile.Write(ref _policy, policy);
        _bulkhead.Refresh();
    }

    private Task<bool> Enter(TimeSpan? limit = null, CancellationToken cancellationToken = default) =>
        _bulkhead.EnterAsync(limit ?? Timeout.InfiniteTimeSpan, _time, cancellationToken).AsTask();
}
