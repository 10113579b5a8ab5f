using Kairos.Configuration;
using Kairos.Telemetry.Otlp;

namespace Kairos.Telemetry.Configuration;

/// <summary>What telemetry is set up with: everything read, checked, and with its origin.</summary>
/// <param name="Options">What holds for all signals; its <see cref="KairosTelemetryOptions.Otlp"/> is that of the metrics.</param>
/// <param name="Traces">How traces are sent by OTLP.</param>
/// <param name="Logs">How log records are sent by OTLP.</param>
/// <param name="Found">For each key that was set: where.</param>
internal sealed record TelemetrySettings(KairosTelemetryOptions Options, OtlpOptions Traces, OtlpOptions Logs, Findings Found)
{
    /// <summary>What is odd but stops nothing.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Whether .NET's configuration was among the sources.</summary>
    public bool HasConfiguration { get; init; }

    public OtlpOptions Of(TelemetrySignal signal) => signal switch
    {
        TelemetrySignal.Metrics => Options.Otlp,
        TelemetrySignal.Traces => Traces,
        _ => Logs,
    };
}
