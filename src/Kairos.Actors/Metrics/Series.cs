using System.Diagnostics.Metrics;

namespace Kairos.Metrics;

/// <summary>
/// One counter series: a total, and its attributes ready made. One actor adds, the thread that collects reads; 64-bit reads and writes are
/// atomic, and volatile keeps them from being torn or held back.
/// </summary>
internal sealed class Series(params KeyValuePair<string, object?>[] attributes)
{
    private long _total;

    /// <summary>Not to be changed.</summary>
    public KeyValuePair<string, object?>[] Attributes => attributes;

    /// <summary>Adds; a report may say any number, and a total that is full stays full.</summary>
    public void Add(long count) => Volatile.Write(ref _total, count <= long.MaxValue - _total ? _total + count : long.MaxValue);

    public long Total => Volatile.Read(ref _total);

    public Measurement<long> Measure() => new(Total, attributes);
}
