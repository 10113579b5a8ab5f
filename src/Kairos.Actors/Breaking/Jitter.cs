namespace Kairos.Breaking;

/// <summary>The random part of a wait.</summary>
internal static class Jitter
{
    /// <summary>
    /// A value within a share more or less, and not above a limit. What would be above is reflected below it: cut off there, half of all waits
    /// would be the same, and those who wait would come back together.
    /// </summary>
    /// <param name="value">The value, at most the limit.</param>
    /// <param name="share">The random part, 0 to 1.</param>
    /// <param name="limit">No result is larger.</param>
    /// <param name="random">A number in [0, 1).</param>
    public static double Spread(double value, double share, double limit, double random)
    {
        var spread = value * (1 + (share * ((2 * random) - 1)));
        return spread <= limit ? spread : (2 * limit) - spread;
    }
}
