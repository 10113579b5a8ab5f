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

    public void Add(long count) => Volatile.Write(ref _total, _total + count);

    public Measurement<long> Measure() => new(Volatile.Read(ref _total), attributes);
}
