using Microsoft.Extensions.Logging;

namespace Kairos.Telemetry.Export;

/// <summary>What telemetry logs of itself. Event ids are stable.</summary>
internal static partial class TelemetryLog
{
    public const string Category = "Kairos.Telemetry";

    /// <summary>Tells what is odd about the settings.</summary>
    public static void Tell(ILoggerFactory loggers, IEnumerable<string> warnings)
    {
        var logger = loggers.CreateLogger(Category);
        foreach (var warning in warnings) Odd(logger, warning);
    }

    [LoggerMessage(20, LogLevel.Warning, "an export of {Signal} failed ({Reason}); further failures are counted in {Metric}")]
    public static partial void Failing(ILogger logger, string signal, string reason, string metric);

    [LoggerMessage(21, LogLevel.Information, "exports of {Signal} arrive again; {Failures} have failed so far")]
    public static partial void Arriving(ILogger logger, string signal, long failures);

    [LoggerMessage(22, LogLevel.Warning, "what was left to export of {Signals} did not arrive within {Limit}")]
    public static partial void NotInTime(ILogger logger, string signals, TimeSpan limit);

    [LoggerMessage(24, LogLevel.Warning, "exports of {Signal} with temporality delta were given up, because the collector calls them invalid or has refused them for too long: what they told is missing; it is told once")]
    public static partial void GivenUp(ILogger logger, string signal);

    [LoggerMessage(25, LogLevel.Warning, "{Warning}")]
    private static partial void Odd(ILogger logger, string warning);

    [LoggerMessage(23, LogLevel.Warning, "OpenTelemetry says, and it is told once: {Event}: {Explanation}")]
    public static partial void Warned(ILogger logger, string @event, string explanation);
}
