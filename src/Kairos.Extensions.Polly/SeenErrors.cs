namespace Kairos.Extensions.Polly;

/// <summary>
/// The errors that one execution of a pipeline has recorded of a component. It travels in the execution's properties, so that an attempt
/// that succeeds knows of those before it. Thread-safe, because attempts may run beside each other.
/// </summary>
internal sealed class SeenErrors
{
    private readonly Lock _lock = new();
    private readonly List<ErrorKind> _kinds = [];
    private long _first;

    /// <summary>Takes an error.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="now">The time stamp.</param>
    public void Add(ErrorKind kind, long now)
    {
        lock (_lock)
        {
            if (_kinds.Count == 0) _first = now;
            _kinds.Add(kind);
        }
    }

    /// <summary>Gives all errors out, once, with the time stamp of the first.</summary>
    public (ErrorKind[] Kinds, long First) Take()
    {
        lock (_lock)
        {
            var kinds = _kinds.ToArray();
            _kinds.Clear();
            return (kinds, _first);
        }
    }
}
