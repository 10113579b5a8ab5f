using Kairos.Host.Configuration;
using Kairos.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Kairos.Host.Telemetry;

/// <summary>Sets up what exports metrics, traces and logs, as the settings say; where nothing is to be exported there is nothing to set up.</summary>
internal static class TelemetryServices
{
    public static void AddTelemetry(this IHostApplicationBuilder builder, HostSettings settings, Stream stdout)
    {
        var health = new ExportHealth(Console.Error);
        builder.Services.AddSingleton(health);
        if (settings.Exporter == ExporterKind.None && !settings.PrometheusEnabled) return;

        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => Describe(resource, settings))
            .WithMetrics(metrics => AddMetrics(metrics, settings, health, stdout));
        if (settings.Exporter == ExporterKind.None) return;
        telemetry.WithTracing(traces => traces.AddKairosInstrumentation().AddProcessor(Spans(settings, health)));
        if (settings.Exporter == ExporterKind.Otlp) builder.Logging.AddOpenTelemetry(logs => AddLogs(logs, settings));
    }

    private static void AddMetrics(MeterProviderBuilder metrics, HostSettings settings, ExportHealth health, Stream stdout)
    {
        metrics.AddKairosInstrumentation();
        if (settings.Exporter == ExporterKind.Stdout) metrics.AddReader(Reader(settings, new StdoutMetricExporter(stdout)));
        if (settings.Exporter == ExporterKind.Otlp)
            metrics.AddReader(Reader(settings, new CountingMetricExporter(OtlpOptions.For(settings, "metrics"), health.Metrics)));
        if (settings.PrometheusEnabled) metrics.AddPrometheusHttpListener(listener => Listen(listener, settings));
    }

    private static PeriodicExportingMetricReader Reader(HostSettings settings, BaseExporter<Metric> exporter) => new(
        exporter, Milliseconds(settings.MetricsInterval), Milliseconds(settings.ExportTimeout))
    {
        TemporalityPreference = settings.Temporality == Temporality.Delta
            ? MetricReaderTemporalityPreference.Delta
            : MetricReaderTemporalityPreference.Cumulative,
    };

    private static BaseProcessor<System.Diagnostics.Activity> Spans(HostSettings settings, ExportHealth health) =>
        settings.Exporter == ExporterKind.Otlp
            ? new BatchActivityExportProcessor(
                new CountingTraceExporter(OtlpOptions.For(settings, "traces"), health.Traces),
                exporterTimeoutMilliseconds: Milliseconds(settings.ExportTimeout))
            : new SimpleActivityExportProcessor(new StderrSpanExporter(Console.Error));

    private static void AddLogs(OpenTelemetryLoggerOptions logs, HostSettings settings)
    {
        logs.IncludeFormattedMessage = true;
        logs.IncludeScopes = true;
        logs.AddOtlpExporter((exporter, processor) =>
        {
            OtlpOptions.Apply(exporter, settings, "logs");
            processor.BatchExportProcessorOptions.ExporterTimeoutMilliseconds = Milliseconds(settings.ExportTimeout);
        });
    }

    /// <summary>Names as the guide has them: dots become underscores, and nothing is appended.</summary>
    private static void Listen(PrometheusHttpListenerOptions listener, HostSettings settings)
    {
        listener.Host = settings.PrometheusHost;
        listener.Port = settings.PrometheusPort;
        listener.TranslationStrategy = PrometheusHttpListenerTranslationStrategy.UnderscoreEscapingWithoutSuffixes;
        listener.ScopeInfoEnabled = false;
        listener.ScrapeResponseCacheDurationMilliseconds = 0;
    }

    private static void Describe(ResourceBuilder resource, HostSettings settings)
    {
        resource.Clear().AddEnvironmentVariableDetector();
        if (settings.Exporter == ExporterKind.Otlp) resource.AddTelemetrySdk();
        resource.AddService(
            settings.ServiceName,
            serviceVersion: settings.ServiceVersion,
            autoGenerateServiceInstanceId: settings.Exporter == ExporterKind.Otlp && settings.ServiceInstanceId.Length == 0,
            serviceInstanceId: settings.ServiceInstanceId.Length == 0 ? null : settings.ServiceInstanceId);
        resource.AddAttributes(settings.ResourceAttributes
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(pair => pair.Split('=', 2))
            .Select(pair => new KeyValuePair<string, object>(pair[0], pair[1])));
    }

    private static int Milliseconds(TimeSpan time) => (int)Math.Ceiling(time.TotalMilliseconds);
}
