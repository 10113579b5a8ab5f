using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Kairos.Telemetry.Export;

/// <summary>
/// Logs what OpenTelemetry tells only to those who listen to its event sources: that a queue is full, a measurement dropped, a document too
/// large. Each kind of event once. How requests fare is told by <see cref="ExportHealth"/> and left out here. Thread-safe.
/// </summary>
internal sealed class SdkWarnings(ILoggerFactory loggers) : EventListener
{
    private const int MostKinds = 64;
    private const int MostCharacters = 300;
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    private const string Sdk = "OpenTelemetry-Sdk";

    // By their numbers in OpenTelemetry's exporter of OTLP: requests that failed, in all their ways.
    private static readonly HashSet<int> OfRequests = [2, 12, 16, 17, 18, 19, 20, 22, 23, 24];

    // Says of each instrument that one of two listeners to it does not listen.
    private const int InstrumentIgnored = 33;

    private readonly ConcurrentDictionary<(string Source, int Event), bool> _told = new();
    private readonly Lazy<ILogger> _logger = new(() => loggers.CreateLogger(TelemetryLog.Category));

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name is Sdk or Exporter) EnableEvents(eventSource, EventLevel.Warning);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        var source = eventData.EventSource.Name;
        if (_told is null || IsOrdinary(source, eventData.EventId)) return; // null while the base is being constructed
        if (_told.Count >= MostKinds || !_told.TryAdd((source, eventData.EventId), true)) return;
        TelemetryLog.Warned(_logger.Value, eventData.EventName ?? source, Describe(eventData));
    }

    private static bool IsOrdinary(string source, int number) =>
        source == Exporter ? OfRequests.Contains(number) : number == InstrumentIgnored;

    private static string Describe(EventWrittenEventArgs told)
    {
        var arguments = told.Payload?.ToArray() ?? [];
        var text = told.Message is null ? "" : string.Format(CultureInfo.InvariantCulture, told.Message, arguments);
        text = string.Join(' ', text.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !IsFrame(line)));
        return text.Length <= MostCharacters ? text : text[..MostCharacters] + "…";
    }

    /// <summary>A line of a stack trace: the SDK tells exceptions with theirs, and a person reads what went wrong, not where in the SDK.</summary>
    private static bool IsFrame(string line) => line.StartsWith("   at ", StringComparison.Ordinal) || line.StartsWith("--- End of ", StringComparison.Ordinal);
}
