using System.Runtime.CompilerServices;

namespace Kairos.Errors;

/// <summary>
/// A component's errors and recoveries, as a value. Of each kind no more can recover than were recorded, so recovered ≤ total holds for
/// every attribute set whatever is reported.
/// </summary>
internal struct ErrorAccount
{
    private Counts _unrecovered;

    /// <summary>Errors recorded.</summary>
    public long Errors { get; private set; }

    /// <summary>Errors that recovered.</summary>
    public long Recovered { get; private set; }

    /// <summary>Takes an error in.</summary>
    public void Record(ErrorKind kind)
    {
        Errors++;
        _unrecovered[kind.Index]++;
    }

    /// <summary>Takes recoveries in and returns how many of them had an error to recover.</summary>
    public long Recover(ErrorKind kind, long count)
    {
        var accepted = Math.Min(count, _unrecovered[kind.Index]);
        _unrecovered[kind.Index] -= accepted;
        Recovered += accepted;
        return accepted;
    }

    [InlineArray(ErrorKind.Count)]
    private struct Counts
    {
        private long _first;
    }
}
