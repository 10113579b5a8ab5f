namespace Kairos.Extensions.AI;

/// <summary>Which routes make a failover.</summary>
internal static class RouteCheck
{
    /// <summary>There is one at least, and each has a component of its own.</summary>
    /// <exception cref="ArgumentException">It is not so.</exception>
    public static void Require(IReadOnlyList<string> components, string parameter)
    {
        if (components.Count == 0) throw new ArgumentException("There must be a model at least.", parameter);
        if (components.Distinct(StringComparer.Ordinal).Count() < components.Count)
            throw new ArgumentException("Each model needs a component of its own.", parameter);
    }

    /// <summary>A weight is a number, and not negative.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static double Weight(double weight) => weight >= 0 && double.IsFinite(weight)
        ? weight
        : throw new ArgumentOutOfRangeException(nameof(weight), weight, "It is a number, and not negative.");
}
