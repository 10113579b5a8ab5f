using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace Kairos.Host.Telemetry;

// The exporters cannot be wrapped, because a wrapped one sends an empty resource; they can be derived from.

/// <summary>Exports metrics by OTLP and notes whether they arrive.</summary>
internal sealed class CountingMetricExporter(OtlpExporterOptions options, ExportHealth.Signal signal) : OtlpMetricExporter(options)
{
    public override ExportResult Export(in Batch<Metric> metrics) => signal.Note(base.Export(metrics));
}

/// <summary>Exports spans by OTLP and notes whether they arrive.</summary>
internal sealed class CountingTraceExporter(OtlpExporterOptions options, ExportHealth.Signal signal) : OtlpTraceExporter(options)
{
    public override ExportResult Export(in Batch<Activity> activityBatch) => signal.Note(base.Export(activityBatch));
}
