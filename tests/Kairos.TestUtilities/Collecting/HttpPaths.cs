using System.IO.Compression;
using Google.Protobuf;
using Kairos.TestUtilities.Collecting.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Kairos.TestUtilities.Collecting;

/// <summary>The paths that take the signals by http/protobuf, in plain or by gzip.</summary>
internal static class HttpPaths
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "/v1/metrics", ExportMetricsServiceRequest.Parser);
        Map(routes, "/v1/traces", ExportTraceServiceRequest.Parser);
        Map(routes, "/v1/logs", ExportLogsServiceRequest.Parser);
    }

    private static void Map<T>(IEndpointRouteBuilder routes, string path, MessageParser<T> parser)
        where T : IMessage<T> => routes.MapPost(path, context => TakeAsync(context, parser));

    private static async Task TakeAsync<T>(HttpContext context, MessageParser<T> parser)
        where T : IMessage<T>
    {
        var message = parser.ParseFrom(await ReadAsync(context));
        var services = context.RequestServices;
        var behaviour = await services.GetRequiredService<Reception>().TakeAsync(context, message, services.GetRequiredService<Inbox<T>>());
        if (behaviour.Refusal is { } refusal)
        {
            context.Response.StatusCode = refusal.Http;
            await context.Response.WriteAsync(Behaviour.Complaint(context), context.RequestAborted);
            return;
        }

        context.Response.ContentType = "application/x-protobuf";
        await context.Response.Body.WriteAsync(behaviour.Answer.ToByteArray(), context.RequestAborted);
    }

    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        await using var body = context.Request.Headers.ContentEncoding == "gzip"
            ? new GZipStream(context.Request.Body, CompressionMode.Decompress, leaveOpen: true)
            : context.Request.Body;
        using var bytes = new MemoryStream();
        await body.CopyToAsync(bytes, context.RequestAborted);
        return bytes.ToArray();
    }
}
