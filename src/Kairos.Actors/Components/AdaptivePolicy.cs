namespace Kairos;

/// <summary>
/// The bounds of a limit that finds itself: it grows by one at a time while calls are no slower for it, and is lowered by errors of overload and by
/// latency that grows. Immutable and thread-safe. Defaults and ranges are those of <c>kairos.defaults.call.adaptive</c> in <c>reference.conf</c>.
/// </summary>
public sealed record AdaptivePolicy
{
    /// <summary>The limit is never lower. 1 to 1000000, at most <see cref="Ceiling"/>; default 1.</summary>
    public int Floor { get; init; } = 1;

    /// <summary>The limit is never higher. 1 to 1000000; default 200.</summary>
    public int Ceiling { get; init; } = 200;

    /// <summary>The limit at the beginning; where it is out of bounds, the nearer bound. 1 to 1000000; default 20.</summary>
    public int Initial { get; init; } = 20;
}
