namespace Kairos.State;

/// <summary>
/// How the guarded calls of one component ended, for <c>kairos.calls</c>; the actor reads the successes for its window. Shared between all
/// threads: callers count, others read. It outlives the actor.
/// </summary>
internal sealed class CallLedger
{
    public StripedCounter Successes;

    /// <summary>Successes that fill no window: of probe calls, and of calls from an earlier generation.</summary>
    public StripedCounter UnwindowedSuccesses;

    public StripedCounter Failures;

    public StripedCounter Ignored;

    private StripedCounter _rejectedByCircuit;
    private StripedCounter _rejectedByBulkhead;
    private StripedCounter _rejectedByRate;
    private StripedCounter _rejectedByBudget;

    /// <summary>Calls that were not made for a reason.</summary>
    public ref StripedCounter RejectedFor(RejectionReason reason)
    {
        if (reason == RejectionReason.ConcurrencyLimit) return ref _rejectedByBulkhead;
        if (reason == RejectionReason.RateLimit) return ref _rejectedByRate;
        if (reason == RejectionReason.BudgetExhausted) return ref _rejectedByBudget;
        return ref _rejectedByCircuit;
    }

    /// <summary>Calls that were not made.</summary>
    public long Rejected => _rejectedByCircuit.Total + _rejectedByBulkhead.Total + _rejectedByRate.Total + _rejectedByBudget.Total;

    /// <summary>What was counted so far, by outcome.</summary>
    public (long Success, long Failure, long Ignored, long Rejected) Totals =>
        (Successes.Total + UnwindowedSuccesses.Total, Failures.Total, Ignored.Total, Rejected);

    /// <summary>Calls that were made: those that were rejected earn no retries.</summary>
    public long TotalMade => Successes.Total + UnwindowedSuccesses.Total + Failures.Total + Ignored.Total;
}

/// <summary>
/// A counter for many threads: one cell while nobody is in the way, one for each processor as soon as somebody is (after LongAdder by Doug
/// Lea). Counting allocates once at most; nothing is ever lost. A field
/// of what it belongs to, never copied.
/// </summary>
internal struct StripedCounter
{
    private const int CacheLine = 8; // in 64-bit words: two processors never write to the same line
    private static readonly int Stripes = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, 64));

    private long _base;
    private long[]? _stripes;

    public void Increment()
    {
        var stripes = _stripes;
        if (stripes is null)
        {
            var before = Volatile.Read(ref _base);
            if (Interlocked.CompareExchange(ref _base, before + 1, before) == before) return;
            stripes = Interlocked.CompareExchange(ref _stripes, new long[Stripes * CacheLine], null) ?? _stripes;
        }

        Interlocked.Increment(ref stripes![(Thread.GetCurrentProcessorId() & (Stripes - 1)) * CacheLine]);
    }

    /// <summary>The total. What is counted while it is read may or may not be in it; the next one has it.</summary>
    public readonly long Total
    {
        get
        {
            var total = Volatile.Read(in _base);
            if (_stripes is { } stripes)
            {
                for (var i = 0; i < stripes.Length; i += CacheLine) total += Volatile.Read(in stripes[i]);
            }

            return total;
        }
    }
}
