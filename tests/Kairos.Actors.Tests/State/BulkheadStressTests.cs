using Kairos.State;
using Kairos.Tests.Calls;

namespace Kairos.Tests.State;

/// <summary>Callers on many threads who enter, cancel, run out of time and leave, while the limit changes all the time.</summary>
[Collection(Alone.Name)]
public sealed class BulkheadStressTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("KAIROS_STRESS_SECONDS"), out var seconds) ? seconds : 2);

    private static readonly CallPolicy[] Policies =
    [
        new() { MaxConcurrent = 1, MaxQueued = 64 },
        new() { MaxConcurrent = 16, MaxQueued = 4 },
        new() { MaxConcurrent = CallPolicy.AdaptiveConcurrency, MaxQueued = 64, Adaptive = new AdaptivePolicy { Floor = 1, Ceiling = 8, Initial = 2 } },
        new() { MaxConcurrent = CallPolicy.AdaptiveConcurrency, MaxQueued = 16, Adaptive = new AdaptivePolicy { Floor = 4, Ceiling = 40 } },
        new() { MaxConcurrent = 0 },
    ];

    private readonly long _begin = TimeProvider.System.GetTimestamp();
    private CallPolicy _policy = Policies[0];
    private int _inside;
    private int _most;
    private long _entered;
    private long _refused;
    private long _cancelled;

    private bool IsOver => TimeProvider.System.GetElapsedTime(_begin) > Duration;

    [Fact]
    public async Task No_permit_is_lost_and_every_caller_ends_whatever_changes()
    {
        var bulkhead = new Bulkhead(new MonotonicClock(TimeProvider.System), () => Volatile.Read(ref _policy));
        var callers = Enumerable.Range(0, 64).Select(number => Task.Run(() => CallAsync(bulkhead, new Random(number)))).ToList();
        for (var change = 0; !IsOver; change++)
        {
            Volatile.Write(ref _policy, Policies[change % Policies.Length]);
            bulkhead.Refresh();
            await Task.Yield();
        }

        await Task.WhenAll(callers).Soon();
        Assert.Equal((0, 0, 0), (bulkhead.Active, bulkhead.Queued, _inside));
        Assert.True(_entered > 0 && _refused > 0 && _cancelled > 0, $"{_entered} entered, {_refused} refused, {_cancelled} cancelled");

        Volatile.Write(ref _policy, new CallPolicy { MaxConcurrent = 3 });
        for (var i = 0; i < 3; i++) Assert.True(await bulkhead.EnterAsync(TimeSpan.Zero, TimeProvider.System, default));
        Assert.False(await bulkhead.EnterAsync(TimeSpan.Zero, TimeProvider.System, default));
    }

    [Fact]
    public async Task Under_a_ceiling_that_stays_never_more_run_than_it_allows()
    {
        _policy = Policies[2];
        var bulkhead = new Bulkhead(new MonotonicClock(TimeProvider.System), () => _policy);

        await Task.WhenAll(Enumerable.Range(0, 64).Select(number => Task.Run(() => CallAsync(bulkhead, new Random(number))))).Soon();

        Assert.InRange(_most, 2, 8);
        Assert.Equal((0, 0), (bulkhead.Active, bulkhead.Queued));
    }

    private async Task CallAsync(Bulkhead bulkhead, Random random)
    {
        while (!IsOver)
        {
            var (begin, cancels) = (TimeProvider.System.GetTimestamp(), random.Next(3) == 0);
            using var caller = new CancellationTokenSource();
            var entering = bulkhead.EnterAsync(random.Next(3) == 0 ? TimeSpan.FromMilliseconds(1) : Timeout.InfiniteTimeSpan, TimeProvider.System, caller.Token);
            if (cancels) await caller.CancelAsync();
            try
            {
                if (!await entering)
                {
                    Interlocked.Increment(ref _refused);
                    await Task.Yield();
                    continue;
                }
            }
            catch (OperationCanceledException)
            {
                Interlocked.Increment(ref _cancelled);
                continue;
            }

            Interlocked.Increment(ref _entered);
            var inside = Interlocked.Increment(ref _inside);
            for (var most = _most; inside > most && Interlocked.CompareExchange(ref _most, inside, most) != most; most = _most) { }
            await Task.Yield();
            bulkhead.Ended(TimeProvider.System.GetElapsedTime(begin), isOverload: random.Next(50) == 0);
            Interlocked.Decrement(ref _inside);
            bulkhead.Leave();
        }
    }
}
