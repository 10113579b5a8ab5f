using System.Diagnostics.Metrics;
using TagPair = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Kairos.State;

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

/// <summary>
/// The errors of one kind of one component, and how many of them recovered: two series with the same attributes. The metrics actor writes, the
/// thread that collects reads.
/// </summary>
internal sealed class ErrorSeries
{
    private Series? _recovered;
    private Exemplar? _exemplar;

    public ErrorSeries(ErrorKind kind, TagPair component)
    {
        Kind = kind;
        Total = new Series(
            new TagPair(MetricNames.ErrorCode, kind.Code.ToWireName()),
            component,
            new TagPair(MetricNames.Recoverable, kind.Recoverable ? "true" : "false"));
    }

    public ErrorKind Kind { get; }

    public Series Total { get; }

    /// <summary>Null while none has recovered.</summary>
    public Series? Recovered => Volatile.Read(ref _recovered);

    /// <summary>What ties the errors to a trace; null where none had one.</summary>
    public Exemplar? Exemplar => Volatile.Read(ref _exemplar);

    public void AddRecovered(long count)
    {
        var series = _recovered ?? new Series(Total.Attributes);
        series.Add(count);
        Volatile.Write(ref _recovered, series);
    }

    public Exemplar MakeExemplar()
    {
        if (_exemplar is null) Volatile.Write(ref _exemplar, new Exemplar());
        return _exemplar!;
    }
}
