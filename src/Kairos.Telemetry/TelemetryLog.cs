using Microsoft.Extensions.Logging;

namespace Kairos.Telemetry;

/// <summary>What telemetry logs of itself. Event ids are stable.</summary>
internal static partial class TelemetryLog
{
    public const string Category = "Kairos.Telemetry";

    [LoggerMessage(20, LogLevel.Warning, "an export of {Signal} failed ({Reason}); further failures are counted in {Metric}")]
    public static partial void Failing(ILogger logger, string signal, string reason, string metric);

    [LoggerMessage(21, LogLevel.Information, "exports of {Signal} arrive again; {Failures} have failed so far")]
    public static partial void Arriving(ILogger logger, string signal, long failures);

    [LoggerMessage(22, LogLevel.Warning, "what was left to export of {Signals} did not arrive within {Limit}")]
    public static partial void NotInTime(ILogger logger, string signals, TimeSpan limit);

    [LoggerMessage(23, LogLevel.Warning, "OpenTelemetry says, and it is told once: {Event}: {Explanation}")]
    public static partial void Warned(ILogger logger, string @event, string explanation);
}
