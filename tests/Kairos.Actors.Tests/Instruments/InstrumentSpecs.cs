using Kairos.Tests.Hosting;
using OpenTelemetry.Metrics;
using static Kairos.ComponentProtocol;

namespace Kairos.Tests.Instruments;

/// <summary>Names, units, kinds and attributes are a contract with dashboards and alerts: they are spelled out here a second time.</summary>
public sealed class InstrumentSpecs
{
    public static TheoryData<string, string, MetricType, string[]> Contract => new()
    {
        { "kairos.errors.total", "{error}", MetricType.LongSum, ["component", "error.code", "recoverable"] },
        { "kairos.errors.recovered", "{error}", MetricType.LongSum, ["component", "error.code", "recoverable"] },
        { "kairos.errors.rate", "", MetricType.LongGauge, ["component"] },
        { "kairos.health.status", "{status}", MetricType.LongGauge, ["component"] },
        { "kairos.circuitbreaker.state", "{state}", MetricType.LongGauge, ["component"] },
        { "kairos.circuitbreaker.transitions", "{transition}", MetricType.LongSum, ["component", "from", "reason", "to"] },
        { "kairos.circuitbreaker.time", "s", MetricType.DoubleSum, ["component", "state"] },
        { "kairos.component.restarts", "{restart}", MetricType.LongSum, ["component"] },
        { "kairos.reports.refused", "{report}", MetricType.LongSum, ["reason"] },
    };

    [Theory]
    [MemberData(nameof(Contract))]
    public async Task Instrument_is_as_promised(string name, string unit, MetricType type, string[] attributes)
    {
        var metric = Assert.Single(await Everything(), metric => metric.Name == name);

        Assert.Equal((unit, type), (metric.Unit, metric.Type));
        Assert.NotEmpty(metric.Series);
        Assert.All(metric.Series.Keys, series => Assert.Equal(attributes, series.Split(',').Select(pair => pair.Split('=')[0])));
    }

    [Fact]
    public async Task There_are_no_others() =>
        Assert.Equal(Contract.Select(row => (string)row[0]).Order(), (await Everything()).Select(metric => metric.Name).Order());

    [Fact]
    public async Task Before_anything_is_reported_only_the_gauges_and_the_time_have_series()
    {
        await using var host = await KairosHost.StartAsync();
        await host.Collect("");

        Assert.Equal(
            ["kairos.circuitbreaker.state", "kairos.circuitbreaker.time", "kairos.errors.rate", "kairos.health.status"],
            host.Metrics.Last.Select(metric => metric.Name).Order());
    }

    [Fact]
    public async Task The_text_of_errors_never_becomes_an_attribute()
    {
        await using var host = await KairosHost.StartAsync();
        host.Tell(new ReportError("llm", new KairosError(ErrorCode.LlmError, "secret") { Cause = new InvalidOperationException("secret") }));
        host.Tell(new ReportHealth("llm", Kairos.ComponentHealth.Unhealthy, "secret"));
        await host.Collect("");

        Assert.DoesNotContain("secret", string.Join(';', host.Metrics.Last.SelectMany(metric => metric.Series.Keys)), StringComparison.Ordinal);
    }

    /// <summary>A host in which every instrument has something to say.</summary>
    private static async Task<IReadOnlyList<CollectedMetric>> Everything()
    {
        await using var host = await KairosHost.StartAsync();
        host.Fail("llm", times: 5);
        host.Tell(new ReportRecovery("llm", new ErrorKind(ErrorCode.LlmError, true)));
        host.Tell(new ReportError("memory", null!));
        host.Tell(new ReportSuccess("NO NAME"));
        await host.Collect("");
        return host.Metrics.Last;
    }
}
