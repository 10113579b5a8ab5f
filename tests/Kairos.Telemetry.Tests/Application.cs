using Akka.Hosting;
using Kairos.Configuration;
using Kairos.Telemetry.Configuration;
using Kairos.Telemetry.Tests.Export;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace Kairos.Telemetry.Tests;

/// <summary>Tests that set telemetry up in this process, where whoever listens to Kairos' spans hears all of them: one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class InThisProcess
{
    public const string Name = "telemetry of this process";
}

/// <summary>A small application that embeds Kairos with its telemetry.</summary>
internal sealed class Application : IAsyncDisposable
{
    private readonly IHost _host;

    private Application(IHost host, RecordingLogger log) => (_host, Log) = (host, log);

    public RecordingLogger Log { get; }

    public IKairos Kairos => _host.Services.GetRequiredService<IKairos>();

    public IServiceProvider Services => _host.Services;

    public static async Task<Application> StartAsync(
        Action<KairosTelemetryOptions> options, Action<KairosOptions>? kairos = null, Action<IHostApplicationBuilder>? configure = null)
    {
        var findings = new Findings();
        var settings = new TelemetryReader(_ => null, [], options, findings).Read("application", "1.2.3");
        Assert.Empty(findings.Problems);

        var log = new RecordingLogger();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(log);
        builder.Services.AddKairos(kairos);
        builder.AddKairosTelemetry(settings, Stream.Null, TextWriter.Null);
        configure?.Invoke(builder);
        builder.Services.AddAkka("application", akka => akka.WithKairos());
        var host = builder.Build();
        await host.StartAsync();
        return new Application(host, log);
    }

    public Task StopAsync() => _host.StopAsync();

    /// <summary>Disposes it without stopping it.</summary>
    public Task AbandonAsync() => Task.Run(_host.Dispose);

    public void Collect() => Services.GetRequiredService<MeterProvider>().ForceFlush();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
