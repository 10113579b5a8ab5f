using System.Diagnostics;
using System.Globalization;
using OpenTelemetry;

namespace Kairos.Telemetry.Export;

/// <summary>Shows spans to a person, one line each, on standard error.</summary>
internal sealed class StderrSpanExporter(TextWriter log) : BaseExporter<Activity>
{
    public override ExportResult Export(in Batch<Activity> batch)
    {
        foreach (var span in batch) log.WriteLine(Describe(span));
        return ExportResult.Success;
    }

    /// <summary>Where its lines wait for nobody else, they are waited for here, at the end.</summary>
    protected override bool OnShutdown(int timeoutMilliseconds)
    {
        if (log is QueuedWriter queue) queue.Drain();
        return true;
    }

    private static string Describe(Activity span)
    {
        var milliseconds = span.Duration.TotalMilliseconds.ToString("0.#", CultureInfo.InvariantCulture);
        var tags = string.Concat(span.TagObjects.Select(tag => string.Create(CultureInfo.InvariantCulture, $" {tag.Key}={tag.Value}")));
        return $"span {span.DisplayName} {milliseconds} ms {span.Status} trace={span.TraceId} span={span.SpanId}{tags}";
    }
}
