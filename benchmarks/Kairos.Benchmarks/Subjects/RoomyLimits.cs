using System.Threading.RateLimiting;
using Kairos.Benchmarks.Measuring;
using Kairos.State;
using RateLimiter = Kairos.State.RateLimiter;

namespace Kairos.Benchmarks.Subjects;

/// <summary>Limits that never run out while they are measured.</summary>
internal static class RoomyLimits
{
    private const int Limit = 1_000_000_000;

    public static readonly RatePolicy Policy = new() { Requests = Limit, Tokens = Limit, Per = TimeSpan.FromSeconds(1), Burst = TimeSpan.FromSeconds(1) };

    public static RateLimiter Ours() => new(new MonotonicClock(TimeProvider.System));

    public static TokenBucketRateLimiter TokenBucket() => new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = Limit,
        TokensPerPeriod = Limit,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        AutoReplenishment = true,
    });
}

/// <summary>A request and its tokens from a limit of ours.</summary>
internal readonly struct TakenRequest(RateLimiter limiter) : ICaller
{
    public ValueTask<int> CallAsync()
    {
        var taken = limiter.TakeAsync(RoomyLimits.Policy, 1, CallPriority.Interactive, Timeout.InfiniteTimeSpan, CancellationToken.None);
        return taken.IsCompletedSuccessfully && taken.Result.IsGranted ? new ValueTask<int>(1) : throw new InvalidOperationException("There is room.");
    }
}

/// <summary>A permit of the platform's bucket.</summary>
internal readonly struct AcquiredPermit(TokenBucketRateLimiter limiter) : ICaller
{
    public ValueTask<int> CallAsync()
    {
        using var lease = limiter.AttemptAcquire();
        return lease.IsAcquired ? new ValueTask<int>(1) : throw new InvalidOperationException("There is room.");
    }
}
