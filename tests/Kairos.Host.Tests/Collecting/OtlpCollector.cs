using System.Net;
using Google.Protobuf;
using Kairos.Host.Tests.Collecting.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Kairos.Host.Tests.Collecting;

/// <summary>
/// A collector on free ports of this machine, which decodes OTLP for itself: gRPC on one, http/protobuf on another. A further signal is
/// a further service, a further path and a further inbox.
/// </summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _application;

    private OtlpCollector(WebApplication application, Inbox<ExportMetricsServiceRequest> metrics)
    {
        _application = application;
        Metrics = metrics;
        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .Select(address => new Uri(address).Authority).ToList();
        (Grpc, Http) = (addresses[0], addresses[1]);
    }

    /// <summary><c>host:port</c> for gRPC.</summary>
    public string Grpc { get; }

    /// <summary><c>host:port</c> for http/protobuf.</summary>
    public string Http { get; }

    public Inbox<ExportMetricsServiceRequest> Metrics { get; }

    public static async Task<OtlpCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, port => port.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, port => port.Protocols = HttpProtocols.Http1);
        });
        var metrics = new Inbox<ExportMetricsServiceRequest>();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(metrics);

        var application = builder.Build();
        application.MapGrpcService<MetricsCollector>();
        application.MapPost("/v1/metrics", context => TakeAsync(context, ExportMetricsServiceRequest.Parser, metrics));
        await application.StartAsync();
        return new OtlpCollector(application, metrics);
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static async Task TakeAsync<T>(HttpContext context, MessageParser<T> parser, Inbox<T> inbox)
        where T : IMessage<T>
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        inbox.Add(context, parser.ParseFrom(body.ToArray()));
        context.Response.ContentType = "application/x-protobuf";
    }
}
