using Kairos.Configuration;

namespace Kairos.Telemetry.Otlp;

/// <summary>A kind of telemetry.</summary>
internal enum TelemetrySignal
{
    Metrics,
    Traces,
    Logs,
}

/// <summary>What the signals are called.</summary>
internal static class SignalNames
{
    public static readonly TelemetrySignal[] All = [TelemetrySignal.Metrics, TelemetrySignal.Traces, TelemetrySignal.Logs];

    public static string ToWireName(this TelemetrySignal signal) => signal switch
    {
        TelemetrySignal.Metrics => "metrics",
        TelemetrySignal.Traces => "traces",
        _ => "logs",
    };

    /// <summary>The name of a variable for a signal.</summary>
    public static string NameFor(this Variable variable, TelemetrySignal signal) => variable.NameFor(signal.ToWireName());
}
