using System.Net;
using System.Runtime.InteropServices;
using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Telemetry;

public sealed class PrometheusEndpointTests
{
    // What Prometheus itself asks with.
    private const string OpenMetrics =
        "application/openmetrics-text;version=1.0.0;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1";

    private const string Journal =
        """
        {"component":"llm","event":"error","code":"timeout","recoverable":true,"verdict":"trip"}
        {"component":"llm","event":"recovered","code":"timeout","recoverable":true}
        {"component":"memory","event":"isolate"}

        """;

    [Theory]
    [InlineData("stdout", "text/plain")]
    [InlineData("otlp", "text/plain")]
    [InlineData("none", "text/plain")]
    [InlineData("none", OpenMetrics)]
    public async Task Shows_the_metrics_under_their_names_beside_any_exporter(string exporter, string format)
    {
        await using var collector = await OtlpCollector.StartAsync();
        using var page = new MetricsPage();
        await using var host = Start(page, ("KAIROS_TELEMETRY_EXPORTER", exporter), ("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc));
        await host.Input.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Journal), host.WaitTimeout);
        await host.Input.FlushAsync(host.WaitTimeout);
        await host.WaitForErrorsAsync("is running");
        await page.WaitForAsync("kairos_circuitbreaker_transitions{component=\"memory\",from=\"closed\",reason=\"manual\",to=\"open\"}", 1, host.WaitTimeout);

        await page.WaitForAsync("kairos_errors_recovered{component=\"llm\",error_code=\"timeout\",recoverable=\"true\"}", 1, host.WaitTimeout);

        var text = await page.ReadAsync(host.WaitTimeout, format);
        host.CloseInput();
        var result = await host.WaitForExitAsync();

        AssertTypes(text, exporter);
        AssertValues(MetricsPage.ValuesOf(text));
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(exporter == "stdout", result.Output.Length > 0);
        Assert.Equal(exporter == "otlp", collector.Metrics.All.Count > 0);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("stdout")]
    [InlineData("otlp")]
    public async Task Told_to_stop_the_host_does_not_say_that_something_is_missing_where_nothing_is(string exporter)
    {
        await using var collector = await OtlpCollector.StartAsync();
        using var page = new MetricsPage();
        await using var host = Start(page, ("KAIROS_TELEMETRY_EXPORTER", exporter), ("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc));
        await host.WaitForErrorsAsync("is running");
        await page.ReadAsync(host.WaitTimeout);

        host.Signal(PosixSignal.SIGTERM);
        var result = await host.WaitForExitAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain("did not arrive", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("refuses")]
    [InlineData("is gone")]
    [InlineData("never answers")]
    public async Task Where_something_is_it_says_so(string collectorThat)
    {
        await using var collector = await OtlpCollector.StartAsync();
        using var page = new MetricsPage();
        await using var host = Start(
            page, ("KAIROS_TELEMETRY_EXPORTER", "otlp"), ("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc), ("KAIROS_TELEMETRY_SHUTDOWN_TIMEOUT_SECONDS", "1"));
        await host.WaitForErrorsAsync("is running");
        if (collectorThat == "is gone") await collector.GoAsync();
        else collector.Behaviour = collectorThat == "refuses" ? Behaviour.Unavailable : Behaviour.NeverAnswers;

        host.Signal(PosixSignal.SIGTERM);
        var result = await host.WaitForExitAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("what was left to export of metrics", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listens_on_the_loopback_interface_only_and_as_long_as_the_host_runs()
    {
        using var page = new MetricsPage();
        await using var host = Start(page);
        await host.WaitForErrorsAsync($"is running, exporter stdout, {page.Address}\n");

        Assert.All(KernelView.Listeners(page.Port.Number).ToHashSet(), address => Assert.True(IPAddress.IsLoopback(address), $"{address}"));
        Assert.NotEmpty(KernelView.Listeners(page.Port.Number));

        host.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, (await host.WaitForExitAsync()).ExitCode);
        Assert.Empty(KernelView.Listeners(page.Port.Number));
    }

    [Fact]
    public async Task Nothing_listens_unless_it_is_asked_for()
    {
        using var page = new MetricsPage();
        await using var host = Start(page, ("KAIROS_TELEMETRY_PROMETHEUS_ENABLED", "false"));
        await host.WaitForErrorsAsync("is running, exporter stdout\n");

        Assert.Empty(KernelView.Listeners(page.Port.Number));
    }

    [Fact]
    public async Task Who_looks_while_the_host_stops_does_not_hold_it()
    {
        using var page = new MetricsPage();
        await using var host = Start(page);
        await host.WaitForErrorsAsync("is running");
        await page.ReadAsync(host.WaitTimeout);
        using var connected = new System.Net.Sockets.TcpClient();
        await connected.ConnectAsync("localhost", page.Port.Number, host.WaitTimeout);
        await connected.GetStream().WriteAsync("GET /metrics HTTP/1.1\r\nHost: localhost\r\n"u8.ToArray(), host.WaitTimeout); // and never the rest

        host.Signal(PosixSignal.SIGTERM);

        Assert.Equal(0, (await host.WaitForExitAsync()).ExitCode);
    }

    private static HostRun Start(MetricsPage page, params (string Name, string Value)[] variables)
    {
        var all = page.Variables.ToDictionary(variable => variable.Name, variable => variable.Value);
        foreach (var (name, value) in variables) all[name] = value;
        return HostRun.Start(new HostStart("run", "--events", "-") { Variables = all });
    }

    private static void AssertTypes(string page, string exporter)
    {
        string[] types =
        [
            "kairos_circuitbreaker_state gauge",
            "kairos_circuitbreaker_time counter",
            "kairos_circuitbreaker_transitions counter",
            "kairos_errors_rate gauge",
            "kairos_errors_recovered counter",
            "kairos_errors_total counter",
            "kairos_health_status gauge",
            .. exporter == "otlp" ? ["kairos_telemetry_export_failures counter"] : Array.Empty<string>(),
        ];
        var shown = page.Split('\n').Where(line => line.StartsWith("# TYPE kairos", StringComparison.Ordinal)).Select(line => line["# TYPE ".Length..]);
        Assert.Equal(types, shown.Order(StringComparer.Ordinal));
    }

    private static void AssertValues(SortedDictionary<string, double> values)
    {
        string[] apart = ["kairos_circuitbreaker_time", "kairos_telemetry_export_failures", "target_info"];
        Assert.Equal(
            new SortedDictionary<string, double>(StringComparer.Ordinal)
            {
                ["kairos_circuitbreaker_state{component=\"llm\"}"] = 0,
                ["kairos_circuitbreaker_state{component=\"memory\"}"] = 0,
                ["kairos_circuitbreaker_state{component=\"tools\"}"] = 2,
                ["kairos_circuitbreaker_transitions{component=\"llm\",from=\"closed\",reason=\"failures\",to=\"open\"}"] = 1,
                ["kairos_circuitbreaker_transitions{component=\"memory\",from=\"closed\",reason=\"manual\",to=\"open\"}"] = 1,
                ["kairos_errors_rate{component=\"llm\"}"] = 1,
                ["kairos_errors_rate{component=\"memory\"}"] = 0,
                ["kairos_errors_rate{component=\"tools\"}"] = 0,
                ["kairos_errors_recovered{component=\"llm\",error_code=\"timeout\",recoverable=\"true\"}"] = 1,
                ["kairos_errors_total{component=\"llm\",error_code=\"timeout\",recoverable=\"true\"}"] = 1,
                ["kairos_health_status{component=\"llm\"}"] = 0,
                ["kairos_health_status{component=\"memory\"}"] = 0,
                ["kairos_health_status{component=\"tools\"}"] = 2,
            },
            values.Where(value => !apart.Any(name => value.Key.StartsWith(name, StringComparison.Ordinal)) && !value.Key.Contains("_created{", StringComparison.Ordinal)));
        Assert.InRange(values["kairos_circuitbreaker_time{component=\"llm\",state=\"open\"}"], double.Epsilon, 60);
        Assert.Equal(9, values.Keys.Count(series => series.StartsWith("kairos_circuitbreaker_time{", StringComparison.Ordinal)));
        var target = values.Keys.Single(series => series.StartsWith("target_info{", StringComparison.Ordinal));
        Assert.Contains("service_name=\"kairos\",service_version=\"0.9.0\"", target, StringComparison.Ordinal);
    }
}
