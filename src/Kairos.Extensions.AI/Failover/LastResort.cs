namespace Kairos.Extensions.AI;

/// <summary>Which route is asked when the circuits of all are shut: pure functions.</summary>
internal static class LastResort
{
    /// <summary>When a route would be asked again anyway; null where it may not be asked before: it is isolated, or its provider has asked for time.</summary>
    /// <param name="snapshot">What its actor published last.</param>
    /// <param name="now">The time.</param>
    public static TimeSpan? BackAt(ComponentSnapshot snapshot, TimeSpan now)
    {
        if (snapshot.AskedUntil > now) return null;
        return snapshot.Circuit == CircuitStatus.Open ? snapshot.Picture.Deadline : now; // one that is isolated has no deadline
    }

    /// <summary>The one that would be asked again soonest, of several the first; null where there is none.</summary>
    /// <param name="backAt">For each route what <see cref="BackAt"/> says.</param>
    public static int? Choose(IReadOnlyList<TimeSpan?> backAt)
    {
        int? chosen = null;
        for (var at = 0; at < backAt.Count; at++)
        {
            if (backAt[at] is { } moment && (chosen is not { } known || moment < backAt[known])) chosen = at;
        }

        return chosen;
    }
}
