using Kairos.Telemetry.Tests.Export;
using Kairos.TestUtilities.Ports;
using OpenTelemetry.Metrics;

namespace Kairos.Telemetry.Tests;

[Collection(InThisProcess.Name)]
public sealed class CardinalityTests : IDisposable
{
    private const string Overflow = "otel.metric.overflow=True";
    private readonly SeriesExporter _exporter = new();

    [Fact]
    public async Task Ten_thousand_components_are_exported_whole()
    {
        const int Count = 10_000;
        await using var application = await StartAsync(Count + 3);
        for (var i = 0; i < Count; i++) application.Kairos[$"c{i}"].ReportSuccess();
        await application.Kairos.DrainAsync(); // messages of one sender arrive in order once a component exists

        await Parallel.ForAsync(0, Count, async (i, cancellationToken) =>
        {
            var guard = application.Kairos[$"c{i}"];
            for (var code = 0; code < ErrorCodeNames.All.Count; code++)
                guard.ReportError(new KairosError((ErrorCode)code, "") { Recoverable = code % 2 == 0, Verdict = Verdict.Ignore });
            guard.ReportRecovery(new ErrorKind(ErrorCode.LlmError, true));
            guard.Isolate();
            await guard.TryExecuteAsync(static _ => ValueTask.CompletedTask, cancellationToken);
        });
        await application.Kairos.DrainAsync();
        application.Collect();

        Assert.Equal(Count * ErrorCodeNames.All.Count, Of("kairos.errors.total").Count);
        Assert.Equal(Count, Of("kairos.errors.recovered").Count);
        Assert.Equal(Count, Of("kairos.circuitbreaker.transitions").Count);
        Assert.Equal((Count + 3) * 3, Of("kairos.circuitbreaker.time").Count);
        foreach (var gauge in new[] { "kairos.errors.rate", "kairos.health.status", "kairos.circuitbreaker.state" }) Assert.Equal(Count + 3, Of(gauge).Count);
        Assert.Equal(Count * 4, Of("kairos.calls").Count);
        Assert.DoesNotContain(_exporter.Series, metric => metric.Value.Contains(Overflow));
    }

    [Fact]
    public async Task More_names_than_are_allowed_at_a_time_end_in_an_overflow_that_is_visible_and_logged_once()
    {
        await using var application = await StartAsync(4);

        for (var i = 0; i < 30; i++)
        {
            application.Kairos[$"c{i}"].ReportSuccess();
            await application.Kairos.DrainAsync();
            application.Collect();
            if (i == 0) Assert.DoesNotContain(Overflow, Of("kairos.health.status"));
            application.Kairos.Remove($"c{i}");
            await application.Kairos.DrainAsync();
        }

        application.Kairos["last"].ReportSuccess();
        await application.Kairos.DrainAsync();
        application.Collect();

        Assert.Contains(Overflow, Of("kairos.health.status"));
        Assert.Single(application.Log.Lines, line => line.StartsWith("Warning: More than 4 names of components have been used", StringComparison.Ordinal));
    }

    public void Dispose() => _exporter.Dispose();

    private Task<Application> StartAsync(int maxComponents) => Application.StartAsync(
        options => (options.Exporter, options.Prometheus) = (TelemetryExporter.None, new PrometheusOptions { Enabled = true, Port = FreePorts.Take() }),
        kairos => kairos.MaxComponents = maxComponents,
        builder => builder.Services.ConfigureOpenTelemetryMeterProvider(metrics => metrics.AddReader(new BaseExportingMetricReader(_exporter))));

    private IReadOnlyList<string> Of(string metric) => _exporter.Series[metric];
}
