using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace Kairos.Instruments;

/// <summary>
/// How many series each metric can have: as many as one component can have at most, times the components that are allowed. For whoever sets
/// up a provider; OpenTelemetry's own limit is 2000 for every metric, and what is beyond goes into one series, <c>otel.metric.overflow</c>.
/// Thread-safe.
/// </summary>
internal static class MetricCardinality
{
    private const int Reserve = 16; // for the actors of Kairos' own, and the series of few

    private static readonly Dictionary<string, int> SeriesOfOneComponent = new(StringComparer.Ordinal)
    {
        [MetricNames.Errors] = ErrorKind.Count,
        [MetricNames.ErrorsRecovered] = ErrorKind.Count,
        [MetricNames.CircuitTransitions] = 24, // closed to open for 10 reasons, half-open to open for 10, and four ways back
        [MetricNames.CircuitTime] = 3,
        [MetricNames.Calls] = 4,
    };

    private static readonly ConditionalWeakTable<Meter, StrongBox<int>> Limits = [];

    /// <summary>Notes how many components the Kairos of a meter may have; before its instruments are created.</summary>
    public static void Allow(Meter meter, int maxComponents) => Limits.AddOrUpdate(meter, new StrongBox<int>(maxComponents));

    /// <summary>The most series that an instrument can have; null for one that is not Kairos'.</summary>
    public static int? LimitOf(Instrument instrument) => Limits.TryGetValue(instrument.Meter, out var maxComponents)
        ? (int)Math.Min(int.MaxValue / 2, ((long)maxComponents.Value * SeriesOfOneComponent.GetValueOrDefault(instrument.Name, 1)) + Reserve)
        : null;
}
