using System.Runtime.CompilerServices;

namespace Kairos.Errors;

/// <summary>
/// A component's errors and recoveries, as a value. Of each kind no more can recover than were recorded, so recovered ≤ total holds for
/// every attribute set whatever is reported.
/// </summary>
internal struct ErrorAccount : IEquatable<ErrorAccount>
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
        var accepted = Math.Clamp(count, 0, _unrecovered[kind.Index]);
        _unrecovered[kind.Index] -= accepted;
        Recovered += accepted;
        return accepted;
    }

    public readonly bool Equals(ErrorAccount other) =>
        Errors == other.Errors && Recovered == other.Recovered && ((ReadOnlySpan<long>)_unrecovered).SequenceEqual(other._unrecovered);

    public override readonly bool Equals(object? obj) => obj is ErrorAccount other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(Errors, Recovered);

    [InlineArray(ErrorKind.Count)]
    private struct Counts
    {
        private long _first;
    }
}
