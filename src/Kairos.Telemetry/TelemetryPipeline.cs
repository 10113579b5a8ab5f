using System.Diagnostics.Metrics;
using Kairos.Configuration;
using Kairos.Hosting;
using Kairos.Instruments;
using Kairos.Telemetry.Configuration;
using Kairos.Telemetry.Export;
using Kairos.Telemetry.Otlp;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Kairos.Telemetry;

/// <summary>Builds what exports metrics, traces and logs, as the settings say; where nothing is to be exported nothing is built.</summary>
internal static class TelemetryPipeline
{
    public static void AddTo(IServiceCollection services, TelemetrySettings settings, Stream stdout, TextWriter stderr)
    {
        services.AddSingleton(settings);
        services.TryAddSingleton<ExportHealth>();
        var options = settings.Options;
        if (!options.ExportsAnything) return;

        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => TelemetryResource.Describe(resource, options))
            .WithMetrics(metrics => AddMetrics(metrics, settings, stdout));
        if (options.Exporter != TelemetryExporter.None) telemetry.WithTracing(traces => AddTraces(traces, settings, stderr));
        if (options.Exporter == TelemetryExporter.Otlp) telemetry.WithLogging(logs => AddLogs(logs, settings), ReadWholeRecords);
        services.AddHostedService<TelemetryLifetime>();
        services.TryAddSingleton<FinalTelemetryFlush>();
        services.TryAddSingleton<SdkWarnings>();
    }

    private static void AddMetrics(MeterProviderBuilder metrics, TelemetrySettings settings, Stream stdout)
    {
        var options = settings.Options;
        metrics.AddKairosInstrumentation();
        metrics.AddView(Cardinality);
        if (options.Exporter == TelemetryExporter.Stdout)
            metrics.AddReader(services => StdoutReader(options, new StdoutMetricExporter(stdout, services.GetRequiredService<ExportHealth>()[TelemetrySignal.Metrics])));
        if (options.Exporter == TelemetryExporter.Otlp)
        {
            metrics.ConfigureServices(services => services.PostConfigure<MetricReaderOptions>(NameOf(TelemetrySignal.Metrics), reader => Configure(reader, options)));
            metrics.ConfigureServices(services => ConfigureOtlp(services, settings, TelemetrySignal.Metrics));
            metrics.AddOtlpExporter(NameOf(TelemetrySignal.Metrics), configureExporterAndMetricReader: null);
            if (metrics is IDeferredMeterProviderBuilder deferred) deferred.Configure((services, _) => ShowFailures(services));
        }

        if (options.Prometheus.Enabled) metrics.AddPrometheusHttpListener(listener => Listen(listener, options.Prometheus));
    }

    private static void AddTraces(TracerProviderBuilder traces, TelemetrySettings settings, TextWriter stderr)
    {
        traces.AddKairosInstrumentation();
        if (settings.Options.Exporter == TelemetryExporter.Otlp)
        {
            traces.ConfigureServices(services => ConfigureOtlp(services, settings, TelemetrySignal.Traces));
            traces.AddOtlpExporter(NameOf(TelemetrySignal.Traces), configure: null);
        }
        else
        {
            traces.AddProcessor(new SimpleActivityExportProcessor(new StderrSpanExporter(stderr)));
        }
    }

    private static void AddLogs(LoggerProviderBuilder logs, TelemetrySettings settings)
    {
        logs.ConfigureServices(services => ConfigureOtlp(services, settings, TelemetrySignal.Logs));
        logs.AddProcessor(new LogTraceContext());
        logs.AddProcessor(new LogRedaction());
        logs.AddOtlpExporter(NameOf(TelemetrySignal.Logs), configureExporter: null);
    }

    private static void ReadWholeRecords(OpenTelemetryLoggerOptions logs)
    {
        logs.IncludeFormattedMessage = true;
        logs.IncludeScopes = true;
    }

    /// <summary>By name, because the SDK would mix the options of signals that have none; last, because it reads its own variables, too.</summary>
    private static void ConfigureOtlp(IServiceCollection services, TelemetrySettings settings, TelemetrySignal signal) => services
        .AddOptions<OtlpExporterOptions>(NameOf(signal))
        .PostConfigure<ExportHealth>((exporter, health) => OtlpTransport.Configure(exporter, settings, signal, health));

    private static void Configure(MetricReaderOptions reader, KairosTelemetryOptions options)
    {
        reader.TemporalityPreference = TemporalityOf(options);
        reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = Milliseconds(options.MetricsInterval);
        reader.PeriodicExportingMetricReaderOptions.ExportTimeoutMilliseconds = Milliseconds(options.ExportTimeout);
    }

    private static PeriodicExportingMetricReader StdoutReader(KairosTelemetryOptions options, StdoutMetricExporter exporter) =>
        new(exporter, Milliseconds(options.MetricsInterval), Milliseconds(options.ExportTimeout)) { TemporalityPreference = TemporalityOf(options) };

    private static MetricReaderTemporalityPreference TemporalityOf(KairosTelemetryOptions options) =>
        options.Temporality == MetricTemporality.Delta ? MetricReaderTemporalityPreference.Delta : MetricReaderTemporalityPreference.Cumulative;

    /// <summary>As many series as the components that are allowed can have; the SDK's own limit is 2000 for every metric.</summary>
    private static MetricStreamConfiguration? Cardinality(Instrument instrument) =>
        MetricCardinality.LimitOf(instrument) is { } limit ? new MetricStreamConfiguration { CardinalityLimit = limit } : null;

    private static void ShowFailures(IServiceProvider services) => services.GetRequiredService<ExportHealth>().Observe(
        services.GetService<KairosInstance>()?.Meter ?? new Meter(MetricNames.Source, KairosReference.Version));

    /// <summary>Names as the guide has them: dots become underscores, and nothing is appended.</summary>
    private static void Listen(PrometheusHttpListenerOptions listener, PrometheusOptions options)
    {
        listener.Host = options.Host;
        listener.Port = options.Port;
        listener.TranslationStrategy = PrometheusHttpListenerTranslationStrategy.UnderscoreEscapingWithoutSuffixes;
        listener.ScopeInfoEnabled = false;
        listener.ScrapeResponseCacheDurationMilliseconds = 0;
    }

    private static string NameOf(TelemetrySignal signal) => $"kairos.{signal.ToWireName()}";

    private static int Milliseconds(TimeSpan time) => (int)Math.Ceiling(time.TotalMilliseconds);
}
