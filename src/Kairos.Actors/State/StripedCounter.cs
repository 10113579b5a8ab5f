namespace Kairos.State;

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
