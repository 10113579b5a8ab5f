using Kairos.Configuration;

namespace Kairos.Telemetry.Otlp;

/// <summary>A kind of telemetry.</summary>
internal enum Signal
{
    Metrics,
    Traces,
    Logs,
}

/// <summary>What the signals are called.</summary>
internal static class SignalNames
{
    public static readonly Signal[] All = [Signal.Metrics, Signal.Traces, Signal.Logs];

    public static string ToWireName(this Signal signal) => signal switch
    {
        Signal.Metrics => "metrics",
        Signal.Traces => "traces",
        _ => "logs",
    };

    /// <summary>The name of a variable for a signal.</summary>
    public static string NameFor(this Variable variable, Signal signal) => variable.NameFor(signal.ToWireName());
}
