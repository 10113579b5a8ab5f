namespace Kairos.Benchmarks.Measuring;

/// <summary>What a call allocates.</summary>
internal static class Allocations
{
    private const int Repeats = 3;

    /// <summary>
    /// Bytes for each call. Where no call waits, those of this thread, to the byte; otherwise those of all threads, of which the least is taken
    /// of a few tries, because others allocate too.
    /// </summary>
    public static async Task<double> BytesAsync(ISubject subject, int calls)
    {
        var least = double.MaxValue;
        for (var i = 0; i < Repeats; i++)
        {
            var (own, all) = (GC.GetAllocatedBytesForCurrentThread(), GC.GetTotalAllocatedBytes(precise: true));
            var running = subject.RunAsync(calls);
            if (running.IsCompletedSuccessfully)
            {
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - own);
            }
            else
            {
                await running;
                least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - all);
            }
        }

        return least / calls;
    }
}
