namespace Kairos.Metrics;

/// <summary>
/// Reads values of many things some hundred at a time, before they are handed out one by one. What components have lies all over the memory:
/// read in a row, the processor waits for many of them at once; with an exporter's work in between it would wait for each by itself.
/// </summary>
internal static class ReadingAhead
{
    private const int Batch = 256;

    /// <summary>What is read of some things, in their order.</summary>
    public static IEnumerable<TValue> Of<TItem, TValue>(TItem[] items, Action<TItem, List<TValue>> read)
    {
        var values = new List<TValue>();
        for (var begin = 0; begin < items.Length; begin += Batch)
        {
            values.Clear();
            foreach (var item in items.AsSpan(begin, Math.Min(Batch, items.Length - begin))) read(item, values);
            foreach (var value in values) yield return value;
        }
    }
}
