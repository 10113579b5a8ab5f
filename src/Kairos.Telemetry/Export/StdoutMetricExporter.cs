using System.Text.Json;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Kairos.Telemetry.Export;

/// <summary>Writes every export as one indented JSON document. The stream is the exporter's alone.</summary>
internal sealed class StdoutMetricExporter(Stream output, ExportHealth.SignalHealth signal) : BaseExporter<Metric>
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n" };

    public override ExportResult Export(in Batch<Metric> batch)
    {
        if (batch.Count == 0) return ExportResult.Success; // a host that did not start has nothing to say

        // The whole document is made before anything is written, so that what is written is always whole.
        using var document = new MemoryStream();
        using (var json = new Utf8JsonWriter(document, Options))
        {
            MetricsJson.Write(json, ParentProvider?.GetResource() ?? Resource.Empty, batch);
        }

        document.WriteByte((byte)'\n');
        try
        {
            document.WriteTo(output);
            output.Flush();
            signal.Arrived();
            return ExportResult.Success;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            signal.Failed("standard output does not take it"); // nobody reads any more
            return ExportResult.Failure;
        }
    }
}
