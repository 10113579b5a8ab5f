using Kairos;

namespace OpenTelemetry.Trace;

/// <summary>Tells OpenTelemetry's tracer provider about Kairos.</summary>
public static class KairosTracerProviderBuilderExtensions
{
    /// <summary>Exports Kairos' spans.</summary>
    public static TracerProviderBuilder AddKairosInstrumentation(this TracerProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddSource(MetricNames.Source);
    }
}
