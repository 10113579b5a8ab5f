using Kairos.State;
using Kairos.Tests.Calls;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.State;

/// <summary>Who waits, in which order, for how long; and who is refused at once.</summary>
public sealed class RateLimiterTests
{
    private static readonly RatePolicy Policy = new() { Requests = 60, Burst = TimeSpan.Zero, MaxWait = TimeSpan.FromSeconds(10) };
    private readonly FakeTimeProvider _time = new();
    private readonly RateLimiter _limiter;

    public RateLimiterTests() => _limiter = new RateLimiter(new MonotonicClock(_time));

    [Fact]
    public async Task Who_must_wait_waits_in_order()
    {
        Assert.True(Take().IsCompleted);
        var waiting = Enumerable.Range(0, 3).Select(_ => Take()).ToArray();

        for (var served = 0; served < 3; served++)
        {
            Assert.Equal(3 - served, _limiter.Queued);
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.True((await waiting[served].Soon()).IsGranted);
        }

        Assert.Equal(0, _limiter.Queued);
    }

    [Fact]
    public async Task Who_cannot_be_served_in_time_is_refused_at_once_with_the_time_when_it_could_be()
    {
        for (var i = 0; i < 11; i++) _ = Take();
        Assert.Equal(10, _limiter.Queued);

        var refused = await Take();

        Assert.Equal((false, TimeSpan.FromSeconds(11)), (refused.IsGranted, refused.RetryAfter));
        Assert.Equal(TimeSpan.FromSeconds(11), (await Take(limit: TimeSpan.FromSeconds(3))).RetryAfter);
        Assert.Equal(10, _limiter.Queued);
    }

    [Fact]
    public async Task Who_wants_more_than_the_limit_allows_is_refused_for_ever()
    {
        var policy = Policy with { Tokens = 100 };
        Assert.True((await _limiter.TakeAsync(policy, 100, CallPriority.Interactive, Timeout.InfiniteTimeSpan, default)).IsGranted);
        var refused = await _limiter.TakeAsync(policy, 101, CallPriority.Interactive, Timeout.InfiniteTimeSpan, default);
        Assert.Equal((false, (TimeSpan?)null), (refused.IsGranted, refused.RetryAfter));
    }

    [Fact]
    public async Task No_more_wait_than_the_queue_allows()
    {
        _ = Take(Policy with { Queue = 1 });
        var waiting = Take(Policy with { Queue = 1 });
        Assert.False((await Take(Policy with { Queue = 1 })).IsGranted);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await waiting.Soon()).IsGranted);
    }

    [Fact]
    public async Task Who_cancels_leaves_the_queue_and_takes_nothing()
    {
        using var cancel = new CancellationTokenSource();
        _ = Take();
        var first = Take(cancellationToken: cancel.Token);
        var second = Take();

        await cancel.CancelAsync();

        await Assert.ThrowsAsync<TaskCanceledException>(() => first.Soon());
        Assert.Equal(1, _limiter.Queued);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await second.Soon()).IsGranted);
    }

    [Fact]
    public async Task Who_is_behind_somebody_who_cancels_is_served_at_once_if_there_is_enough()
    {
        var policy = new RatePolicy { Tokens = 6000, Burst = TimeSpan.FromSeconds(1) };
        using var cancel = new CancellationTokenSource();
        await _limiter.TakeAsync(policy, 100, CallPriority.Interactive, Timeout.InfiniteTimeSpan, default);
        var large = _limiter.TakeAsync(policy, 500, CallPriority.Interactive, Timeout.InfiniteTimeSpan, cancel.Token).AsTask();
        var small = _limiter.TakeAsync(policy, 50, CallPriority.Interactive, Timeout.InfiniteTimeSpan, default).AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.False(small.IsCompleted);

        await cancel.CancelAsync();

        Assert.True((await small.Soon()).IsGranted);
        await Assert.ThrowsAsync<TaskCanceledException>(() => large.Soon());
    }

    [Fact]
    public async Task Interactive_calls_go_before_others_but_for_one_in_five()
    {
        _ = Take();
        var order = new List<string>();
        var batch = Enumerable.Range(0, 3).Select(i => NoteAsync(Take(priority: CallPriority.Batch), "batch")).ToArray();
        var interactive = Enumerable.Range(0, 6).Select(i => NoteAsync(Take(), "interactive")).ToArray();

        for (var i = 1; i <= 9; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            while (Count() < i) await Task.Yield();
        }

        Assert.Equal(
            ["interactive", "interactive", "interactive", "interactive", "batch", "interactive", "interactive", "batch", "batch"], order);
        await Task.WhenAll([.. batch, .. interactive]).Soon();

        int Count()
        {
            lock (order) return order.Count;
        }

        async Task NoteAsync(Task<RateAnswer> answer, string who)
        {
            Assert.True((await answer).IsGranted);
            lock (order) order.Add(who);
        }
    }

    [Fact]
    public async Task Who_was_overtaken_until_its_time_was_up_is_refused_then_and_not_served_later()
    {
        _ = Take();
        var batch = Take(Policy with { MaxWait = TimeSpan.FromSeconds(2) }, CallPriority.Batch, TimeSpan.FromSeconds(2));
        for (var i = 0; i < 3; i++) _ = Take();

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(batch.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromMilliseconds(2));

        Assert.False((await batch.Soon()).IsGranted);
    }

    [Fact]
    public async Task What_is_given_back_and_a_higher_limit_serve_who_waits_at_once()
    {
        _ = Take();
        var (first, second) = (Take(), Take());

        _limiter.Return(0);
        Assert.True((await first.Soon()).IsGranted);

        var third = Take(Policy with { Requests = 60_000, Burst = TimeSpan.FromSeconds(1) });
        _time.Advance(TimeSpan.FromMilliseconds(2));

        Assert.True((await second.Soon()).IsGranted);
        Assert.True((await third.Soon()).IsGranted);
    }

    [Fact]
    public async Task Under_a_storm_of_cancellations_everybody_gets_an_answer_and_no_more_than_the_limit_is_let_through()
    {
        var limiter = new RateLimiter(new MonotonicClock(TimeProvider.System));
        var policy = new RatePolicy { Requests = 2000, Per = TimeSpan.FromSeconds(1), Burst = TimeSpan.FromMilliseconds(10), MaxWait = TimeSpan.FromSeconds(5) };
        var start = TimeProvider.System.GetTimestamp();
        var granted = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            for (var i = 0; i < 300; i++)
            {
                using var cancel = new CancellationTokenSource();
                var take = limiter.TakeAsync(policy, 0, (CallPriority)random.Next(2), Timeout.InfiniteTimeSpan, cancel.Token).AsTask();
                if (random.Next(2) == 0) await cancel.CancelAsync();
                try
                {
                    if ((await take.Soon()).IsGranted) Interlocked.Increment(ref granted);
                }
                catch (OperationCanceledException)
                {
                    // as it asked to be
                }
            }
        }))).Soon();

        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        Assert.InRange(granted, 1, (int)(2000 * (seconds + 0.01)) + 1);
        Assert.Equal(0, limiter.Queued);
    }

    private Task<RateAnswer> Take(
        RatePolicy? policy = null, CallPriority priority = CallPriority.Interactive, TimeSpan? limit = null, CancellationToken cancellationToken = default) =>
        _limiter.TakeAsync(policy ?? Policy, 0, priority, limit ?? Timeout.InfiniteTimeSpan, cancellationToken).AsTask();
}
