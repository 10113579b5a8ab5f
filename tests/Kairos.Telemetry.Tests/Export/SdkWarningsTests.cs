using System.Diagnostics.Metrics;
using Kairos.Telemetry.Export;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Kairos.Telemetry.Tests.Export;

/// <summary>What OpenTelemetry tells its event sources reaches the log, once, and as a sentence.</summary>
public sealed class SdkWarningsTests
{
    [Fact]
    public void An_exception_within_a_collection_is_told_once_and_without_its_stack_trace()
    {
        var log = new RecordingLogger();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        using var warnings = new SdkWarnings(loggers);
        using var meter = new Meter(nameof(SdkWarningsTests));
        meter.CreateObservableGauge<int>("broken", int () => throw new NotSupportedException("No sensor."));
        using var reader = new BaseExportingMetricReader(new SeriesExporter());
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(meter.Name).AddReader(reader).Build();

        reader.Collect();
        reader.Collect();

        var line = Assert.Single(log.Lines, told => told.Contains("ObservableInstrumentCallbackException", StringComparison.Ordinal));
        Assert.Contains("System.NotSupportedException: No sensor.", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
    }
}
