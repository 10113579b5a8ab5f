using System.Diagnostics.Metrics;
using System.Text.Json;
using Kairos.Telemetry.Export;
using Kairos.Telemetry.Otlp;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Kairos.Telemetry.Tests.Export;

public sealed class StdoutMetricExporterTests : IDisposable
{
    private readonly Meter _meter = new("test." + Guid.NewGuid(), "1.2");

    [Fact]
    public void Every_kind_of_instrument_has_its_shape()
    {
        using var output = new MemoryStream();
        using var provider = Build(output);
        _meter.CreateCounter<long>("a.counter", "{a}").Add(3, new KeyValuePair<string, object?>("z", "1"), new KeyValuePair<string, object?>("b", true));
        _meter.CreateCounter<double>("b.seconds", "s").Add(0.25);
        _meter.CreateUpDownCounter<long>("c.updown").Add(-2);
        _meter.CreateObservableGauge("d.gauge", () => 1.5);
        _meter.CreateObservableGauge("e.nan", () => double.NaN);
        _meter.CreateHistogram<double>("f.histogram", "s").Record(7);

        provider.ForceFlush();

        using var export = JsonDocument.Parse(output.ToArray());

        var scope = export.RootElement.GetProperty("ResourceMetrics")[0].GetProperty("ScopeMetrics")[0];
        Assert.Equal($$"""{"Name":"{{_meter.Name}}","Version":"1.2"}""", Compact(scope.GetProperty("Scope")));
        Assert.Equal(
            [
                """{"Name":"a.counter","Unit":"{a}","Sum":{"DataPoints":[{"Attributes":{"b":"True","z":"1"},"StartTime":"*","Time":"*","Value":3}],"Temporality":"Cumulative","IsMonotonic":true}}""",
                """{"Name":"b.seconds","Unit":"s","Sum":{"DataPoints":[{"Attributes":{},"StartTime":"*","Time":"*","Value":0.25}],"Temporality":"Cumulative","IsMonotonic":true}}""",
                """{"Name":"c.updown","Sum":{"DataPoints":[{"Attributes":{},"StartTime":"*","Time":"*","Value":-2}],"Temporality":"Cumulative","IsMonotonic":false}}""",
                """{"Name":"d.gauge","Gauge":{"DataPoints":[{"Attributes":{},"Time":"*","Value":1.5}]}}""",
                """{"Name":"e.nan","Gauge":{"DataPoints":[{"Attributes":{},"Time":"*","Value":"NaN"}]}}""",
                """{"Name":"f.histogram","Unit":"s","Histogram":{"DataPoints":[{"Attributes":{},"StartTime":"*","Time":"*","Count":1,"Sum":7,"Min":7,"Max":7,"Bounds":[0,5,10,25,50,75,100,250,500,750,1000,2500,5000,7500,10000],"BucketCounts":[0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,0]}],"Temporality":"Cumulative"}}""",
            ],
            scope.GetProperty("Metrics").EnumerateArray().Select(Compact));
    }

    [Fact]
    public void Without_a_metric_nothing_is_written()
    {
        using var output = new MemoryStream();
        using (var provider = Build(output)) provider.ForceFlush();

        Assert.Empty(output.ToArray());
    }

    [Fact]
    public void A_stream_that_fails_is_a_failed_export_and_nothing_more()
    {
        using var provider = Build(new BrokenStream());
        _meter.CreateCounter<long>("a").Add(1);

        Assert.False(provider.ForceFlush());
    }

    public void Dispose() => _meter.Dispose();

    private MeterProvider Build(Stream output) => Sdk.CreateMeterProviderBuilder()
        .AddMeter(_meter.Name)
        .ConfigureResource(resource => resource.Clear())
        .AddReader(new BaseExportingMetricReader(new StdoutMetricExporter(output, new ExportHealth(new ServiceCollection().BuildServiceProvider())[TelemetrySignal.Metrics])))
        .Build();

    private static string Compact(JsonElement element) =>
        System.Text.RegularExpressions.Regex.Replace(JsonSerializer.Serialize(element), """Time":"[^"]*""", """Time":"*""");

    private sealed class BrokenStream : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("broken pipe");

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("broken pipe");
    }
}
