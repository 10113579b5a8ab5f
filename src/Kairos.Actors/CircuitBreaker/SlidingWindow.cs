using System.Collections.Immutable;

namespace Kairos.CircuitBreaker;

/// <summary>
/// Counts over the last stretch of time, as a value. What happens within a sixtieth of the window is kept together under the time of its
/// first event, so events that are further apart leave the window exactly when they should, a dense burst at most a sixtieth early,
/// and a window never holds more than sixty-one slices however many events there are.
/// </summary>
internal readonly record struct SlidingWindow
{
    private const int Slices = 60;

    private readonly ImmutableArray<Slice> _past;   // oldest first; replaced only when a slice begins or leaves
    private readonly Tally _pastTotal;
    private readonly Slice _current;

    private SlidingWindow(ImmutableArray<Slice> past, Tally pastTotal, Slice current)
    {
        _past = past;
        _pastTotal = pastTotal;
        _current = current;
    }

    /// <summary>When, after a moment, the oldest thing in the window leaves it; null when it is empty by then.</summary>
    public TimeSpan? NextExpiry(TimeSpan now, TimeSpan length)
    {
        var pruned = Prune(now, length);
        return pruned.IsEmpty ? null : pruned.Begin + length;
    }

    /// <summary>Whether it holds nothing, at any moment.</summary>
    public bool IsEmpty => _current.Tally == default;

    /// <summary>The time of the oldest thing in it.</summary>
    private TimeSpan Begin => _past.IsDefaultOrEmpty ? _current.At : _past.ItemRef(0).At;

    /// <summary>The window with something added; what has left it by now is dropped.</summary>
    public SlidingWindow Add(in Tally tally, TimeSpan now, TimeSpan length)
    {
        if (!IsEmpty && IsCurrent(now, length) && !HasExpired(now, length))
            return new SlidingWindow(_past, _pastTotal, new Slice(_current.At, _current.Tally + tally));
        var pruned = Prune(now, length);
        if (tally == default) return pruned;
        if (pruned.IsEmpty) return new SlidingWindow(default, default, new Slice(now, tally));
        var current = pruned._current;
        if (pruned.IsCurrent(now, length))
            return new SlidingWindow(pruned._past, pruned._pastTotal, current with { Tally = current.Tally + tally });

        var past = pruned._past.IsDefault ? [current] : pruned._past.Add(current);
        return new SlidingWindow(past, pruned._pastTotal + current.Tally, new Slice(now, tally));
    }

    /// <summary>How many calls the window holds at a moment.</summary>
    public long Calls(TimeSpan now, TimeSpan length) => Count(now, length).Calls;

    /// <summary>What the window holds at a moment.</summary>
    public Tally Count(TimeSpan now, TimeSpan length)
    {
        var pruned = Prune(now, length);
        return pruned._pastTotal + pruned._current.Tally;
    }

    /// <summary>Whether something in the window has left it by a moment.</summary>
    private bool HasExpired(TimeSpan now, TimeSpan length) => !IsEmpty && Begin + length <= now;

    /// <summary>Whether what happens at a moment is kept together with what happened last.</summary>
    private bool IsCurrent(TimeSpan now, TimeSpan length) => (now - _current.At).Ticks * Slices < length.Ticks;

    private SlidingWindow Prune(TimeSpan now, TimeSpan length)
    {
        if (!HasExpired(now, length)) return this;
        if (_current.At + length <= now) return default;

        var expired = 0;
        var total = _pastTotal;
        while (expired < _past.Length && _past[expired].At + length <= now) total -= _past[expired++].Tally;
        return new SlidingWindow(_past.RemoveRange(0, expired), total, _current);
    }

    private readonly record struct Slice(TimeSpan At, Tally Tally);
}

internal readonly record struct Tally(long Calls, long Failures, long Slow)
{
    public static Tally operator +(Tally a, Tally b) => new(a.Calls + b.Calls, a.Failures + b.Failures, a.Slow + b.Slow);

    public static Tally operator -(Tally a, Tally b) => new(a.Calls - b.Calls, a.Failures - b.Failures, a.Slow - b.Slow);
}
