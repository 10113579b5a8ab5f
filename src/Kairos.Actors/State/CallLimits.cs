using System.Diagnostics.CodeAnalysis;

namespace Kairos.State;

/// <summary>Limits how many calls of a component run at a time, with a queue that is bounded too. Thread-safe.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore that gives out no wait handle holds nothing.")]
internal sealed class Bulkhead(int maxConcurrent, int maxQueued)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(49); // a timer knows no more

    private readonly SemaphoreSlim _permits = new(maxConcurrent, maxConcurrent);
    private int _queued;

    /// <summary>Calls that run.</summary>
    public int Active => maxConcurrent - _permits.CurrentCount;

    /// <summary>Calls that wait.</summary>
    public int Queued => Volatile.Read(ref _queued);

    /// <summary>Whether this bulkhead is one of these limits.</summary>
    public bool Has(CallPolicy policy) => policy.MaxConcurrent == maxConcurrent && policy.MaxQueued == maxQueued;

    /// <summary>Takes a permit, now or after a wait. False when the queue is full, or the time is up.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async ValueTask<bool> EnterAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        if (_permits.Wait(0, CancellationToken.None)) return true;
        if (Interlocked.Increment(ref _queued) > maxQueued)
        {
            Interlocked.Decrement(ref _queued);
            return false;
        }

        try
        {
            using var elapsed = new CancellationTokenSource(limit < LongestWait ? limit : LongestWait, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(elapsed.Token, cancellationToken);
            await _permits.WaitAsync(either.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
        finally
        {
            Interlocked.Decrement(ref _queued);
        }
    }

    /// <summary>Gives a permit back.</summary>
    public void Leave() => _permits.Release();
}

/// <summary>
/// Keeps retries to a share of a component's calls (after Finagle's RetryBudget): every call deposits its share, every retry takes one. A few
/// are there from the start, so that a component with little traffic can retry at all. Shared by all callers; looked at by retries only.
/// </summary>
internal sealed class RetryBudget
{
    private const double Initial = 10;
    private const double Most = 100;
    private readonly Lock _lock = new();
    private double _tokens = Initial;
    private long _callsSeen;
    private long _made;

    /// <summary>Retries that were made.</summary>
    public long Made => Volatile.Read(ref _made);

    /// <summary>Takes one retry, if there is one.</summary>
    /// <param name="calls">How many calls the component has had in all.</param>
    /// <param name="share">The share of them that may be retries; 0 means no limit.</param>
    public bool TryTake(long calls, double share)
    {
        lock (_lock)
        {
            if (share == 0)
            {
                _made++;
                return true;
            }

            _tokens = Math.Min(Most, _tokens + ((calls - _callsSeen) * share));
            _callsSeen = calls;
            if (_tokens < 1) return false;
            _tokens--;
            _made++;
            return true;
        }
    }
}
