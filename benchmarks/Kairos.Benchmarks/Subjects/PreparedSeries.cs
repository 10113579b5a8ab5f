using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using TagPair = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Kairos.Benchmarks.Subjects;

/// <summary>
/// As many series as so many components have, with the same attributes, whose measurements lie ready in arrays: what is left is what
/// OpenTelemetry's SDK itself takes for an export of them. Nobody who measures anything can be faster.
/// </summary>
internal sealed class PreparedSeries : IDisposable
{
    private const string Name = "Prepared";
    private static readonly string[] Outcomes = ["success", "failure", "ignored", "rejected"];
    private static readonly string[] States = ["open", "half-open", "closed"];
    private readonly Meter _meter = new(Name);
    private readonly DiscardingExporter _exporter = new();
    private readonly BaseExportingMetricReader _reader;
    private readonly MeterProvider _provider;
    private readonly string[] _components;

    public PreparedSeries(int components)
    {
        _components = [.. Enumerable.Range(0, components).Select(number => $"component{number}")];
        for (var i = 0; i < 2; i++) Counter($"errors{i}", [("error.code", "llm_error")], [("recoverable", "true")]);
        for (var i = 0; i < 3; i++) Gauge($"gauge{i}");
        Counter("calls", [], [.. Outcomes.Select(outcome => ("outcome", outcome))]);
        Counter("time", [], [.. States.Select(state => ("state", state))]);
        _reader = new BaseExportingMetricReader(_exporter);
        _provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(Name)
            .AddView("*", new MetricStreamConfiguration { CardinalityLimit = ManyComponents.MostSeries })
            .AddReader(_reader)
            .Build();
    }

    /// <summary>How many series the last export had.</summary>
    public int Series => _exporter.Series;

    /// <summary>Makes one export.</summary>
    public void Collect() => _reader.Collect();

    public void Dispose()
    {
        _provider.Dispose();
        _reader.Dispose();
        _meter.Dispose();
    }

    private void Gauge(string name)
    {
        Measurement<long>[] ready = [.. _components.Select(component => new Measurement<long>(1, new TagPair("component", component)))];
        _meter.CreateObservableGauge(name, () => ready);
    }

    /// <summary>A counter with a series of each component for each of the last attributes.</summary>
    private void Counter(string name, (string Key, string Value)[] before, (string Key, string Value)[] after)
    {
        Measurement<long>[] ready = [.. from component in _components
            from last in after
            select new Measurement<long>(1, [.. before.Select(Tag), new TagPair("component", component), Tag(last)])];
        _meter.CreateObservableCounter(name, () => ready);
    }

    private static TagPair Tag((string Key, string Value) attribute) => new(attribute.Key, attribute.Value);
}
