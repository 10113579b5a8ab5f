using Kairos.Telemetry;
using Kairos.Telemetry.Configuration;
using Kairos.Telemetry.Export;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Kairos;

/// <summary>
/// Kairos' telemetry in a program without a host. It hears every Kairos in the process. Dispose it last, after the actor system has
/// terminated: then it exports what is left. Thread-safe.
/// </summary>
public sealed class KairosTelemetry : IAsyncDisposable, IDisposable
{
    private readonly IHost _host;
    private readonly FinalTelemetryFlush? _last;
    private readonly QueuedWriter _people;

    private KairosTelemetry(IHost host, QueuedWriter people)
    {
        (_host, _people) = (host, people);
        LoggerFactory = host.Services.GetRequiredService<ILoggerFactory>();
        host.Services.GetService<SdkWarnings>();
        TelemetryLog.Tell(LoggerFactory, host.Services.GetRequiredService<TelemetrySettings>().Warnings);
        _last = host.Services.GetService<FinalTelemetryFlush>(); // and with it the providers
    }

    /// <summary>Makes loggers whose records are exported with the metrics and traces; warnings go to standard error as well, from
    /// a queue that holds nobody up and drops lines where nobody takes them.</summary>
    public ILoggerFactory LoggerFactory { get; }

    /// <summary>Which signals do not arrive at the moment, in words; null where all do.</summary>
    public string? Trouble => _host.Services.GetRequiredService<ExportHealth>().Trouble;

    /// <summary>Begins to export.</summary>
    /// <param name="serviceName">How this program is called where its telemetry arrives; a variable may say otherwise.</param>
    /// <param name="serviceVersion">The program's version.</param>
    /// <param name="configure">Sets where telemetry goes and how; called once for each signal, at once. Null for nothing but defaults and variables.</param>
    /// <exception cref="ArgumentException">There is no name or no version.</exception>
    /// <exception cref="SettingsException">Something is wrong with the settings; it names all that is, and nothing was begun.</exception>
    public static KairosTelemetry Init(string serviceName, string serviceVersion, Action<KairosTelemetryOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(serviceName);
        ArgumentException.ThrowIfNullOrWhiteSpace(serviceVersion);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = serviceName });
        var people = new QueuedWriter(Console.Error);
        builder.Logging.AddFilter<LineLoggerProvider>(level => level >= LogLevel.Warning).AddProvider(new LineLoggerProvider(people));
        builder.AddKairosTelemetry(KairosTelemetryExtensions.Read(builder, Set, null), StandardStreams.Output(), people);
        return new KairosTelemetry(builder.Build(), people);

        void Set(KairosTelemetryOptions options)
        {
            (options.ServiceName, options.ServiceVersion) = (serviceName, serviceVersion);
            configure?.Invoke(options);
        }
    }

    /// <summary>Exports what there is now.</summary>
    /// <param name="limit">How long that may take, for each signal.</param>
    /// <returns>Whether all signals were exported in time.</returns>
    public bool Flush(TimeSpan limit)
    {
        var milliseconds = (int)Math.Ceiling(limit.TotalMilliseconds);
        var services = _host.Services;
        return (services.GetService<TracerProvider>()?.ForceFlush(milliseconds) ?? true)
            & (services.GetService<LoggerProvider>()?.ForceFlush(milliseconds) ?? true)
            & (services.GetService<MeterProvider>()?.ForceFlush(milliseconds) ?? true);
    }

    /// <summary>Exports what is left, within <see cref="KairosTelemetryOptions.ShutdownTimeout"/>, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_last is not null) await _last.RunAsync().ConfigureAwait(false);
        _host.Dispose();
        await _people.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Exports what is left, within <see cref="KairosTelemetryOptions.ShutdownTimeout"/>, and ends. Blocks.</summary>
#pragma warning disable RS0030 // disposing blocks
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
#pragma warning restore RS0030
}
