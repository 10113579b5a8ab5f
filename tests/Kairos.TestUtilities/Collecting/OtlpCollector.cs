using System.Net;
using Kairos.TestUtilities.Collecting.Wire;
using Kairos.TestUtilities.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Kairos.TestUtilities.Collecting;

/// <summary>
/// A collector on free ports of this machine, which decodes OTLP for itself: gRPC on one, http/protobuf on another. It can be made to fail
/// in all the ways in which collectors do, and to recover, while exporters use it.
/// </summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly ReservedPort _grpc = new();
    private readonly ReservedPort _http = new();
    private readonly CollectorTls? _tls;
    private readonly Reception _reception = new();
    private readonly List<MuteListener> _mute = [];
    private WebApplication? _application;

    private OtlpCollector(CollectorTls? tls) => _tls = tls;

    /// <summary><c>host:port</c> for gRPC.</summary>
    public string Grpc => _grpc.Authority;

    /// <summary><c>host:port</c> for http/protobuf.</summary>
    public string Http => _http.Authority;

    public Inbox<ExportMetricsServiceRequest> Metrics { get; } = new();

    public Inbox<ExportTraceServiceRequest> Traces { get; } = new();

    public Inbox<ExportLogsServiceRequest> Logs { get; } = new();

    /// <summary>What it does with exports that come from now on.</summary>
    public Behaviour Behaviour
    {
        get => _reception.Behaviour;
        set => _reception.Behaviour = value;
    }

    /// <summary>A collector that is there.</summary>
    /// <param name="tls">How it identifies itself and its clients; null without TLS.</param>
    public static async Task<OtlpCollector> StartAsync(CollectorTls? tls = null)
    {
        var collector = Absent(tls);
        await collector.ComeAsync();
        return collector;
    }

    /// <summary>A collector that is not there yet, though its address is known.</summary>
    public static OtlpCollector Absent(CollectorTls? tls = null) => new(tls);

    /// <summary>Listens at its address, from now on or again.</summary>
    public async Task ComeAsync()
    {
        await GoAsync();
        _application = Build();
        await _application.StartAsync();
    }

    /// <summary>Dies: drops its connections, and refuses new ones.</summary>
    public async Task GoAsync()
    {
        foreach (var listener in _mute) await listener.DisposeAsync();
        _mute.Clear();
        if (_application is not null) await _application.DisposeAsync();
        _application = null;
    }

    /// <summary>Dies, and leaves a machine behind that takes connections and never says a word on them.</summary>
    public async Task FallMuteAsync()
    {
        await GoAsync();
        _mute.AddRange([new MuteListener(_grpc), new MuteListener(_http)]);
    }

    /// <summary>Waits until somebody has connected to it since it fell mute.</summary>
    public Task WaitForConnectionAsync(CancellationToken cancellationToken) =>
        Task.WhenAny(_mute.Select(listener => listener.WaitForConnectionAsync(cancellationToken))).Unwrap();

    public async ValueTask DisposeAsync()
    {
        await GoAsync();
        _grpc.Dispose();
        _http.Dispose();
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            Listen(kestrel, _grpc, HttpProtocols.Http2);
            Listen(kestrel, _http, HttpProtocols.Http1);
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(_reception).AddSingleton(Metrics).AddSingleton(Traces).AddSingleton(Logs);

        var application = builder.Build();
        application.MapGrpcService<GrpcMetrics>();
        application.MapGrpcService<GrpcTraces>();
        application.MapGrpcService<GrpcLogs>();
        HttpPaths.Map(application);
        return application;
    }

    private void Listen(KestrelServerOptions kestrel, ReservedPort port, HttpProtocols protocols) =>
        kestrel.Listen(IPAddress.Loopback, port.Number, listener =>
        {
            listener.Protocols = protocols;
            if (_tls is not null) listener.UseHttps(_tls.Configure);
        });
}
