using System.Globalization;

namespace Kairos.Telemetry.Export;

/// <summary>
/// Stands between an exporter and the network, and notes of every request whether it arrived. The exporters themselves do not tell: that of
/// log records cannot be derived from, a wrapped one sends an empty resource, and none says that a collector took a part only.
/// </summary>
internal sealed class ExportObserver(HttpMessageHandler inner, ExportHealth.SignalHealth signal, bool isGrpc) : DelegatingHandler(inner)
{
    private const long MostBytes = 4 * 1024 * 1024; // what comes from outside has a limit; an answer is a few bytes

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            var response = base.Send(request, cancellationToken);
#pragma warning disable RS0030 // the exporter's own thread, which is there to wait
            response.Content.LoadIntoBufferAsync(MostBytes, cancellationToken).GetAwaiter().GetResult();
#pragma warning restore RS0030
            Note(response, response.Content.ReadAsStream(cancellationToken));
            return response;
        }
        catch (Exception exception)
        {
            signal.Failed(Describe(exception));
            throw;
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            await response.Content.LoadIntoBufferAsync(MostBytes, cancellationToken).ConfigureAwait(false); // gRPC's status comes behind the content
            Note(response, await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
            return response;
        }
        catch (Exception exception)
        {
            signal.Failed(Describe(exception));
            throw;
        }
    }

    private void Note(HttpResponseMessage response, Stream content)
    {
        if (WhatIsWrong(response, isGrpc) is { } reason)
        {
            signal.Failed(reason);
            return;
        }

        var rejected = PartialSuccess.Rejected(content, isGrpc);
        content.Position = 0; // the exporter reads it, too
        if (rejected > 0) signal.Failed(string.Create(CultureInfo.InvariantCulture, $"the collector refused {rejected} of them"));
        else signal.Arrived();
    }

    /// <summary>Why an answer that was read to its end is none of success; null where it is one.</summary>
    public static string? WhatIsWrong(HttpResponseMessage response, bool isGrpc)
    {
        if (!response.IsSuccessStatusCode) return string.Create(CultureInfo.InvariantCulture, $"HTTP status {(int)response.StatusCode}");
        if (!isGrpc) return null;
        var status = GrpcStatus.Field(response, "grpc-status");
        return status == "0" ? null : $"gRPC status {GrpcStatus.NameOf(status)}";
    }

    /// <summary>Never the text of an exception: it may name what must not be told.</summary>
    private static string Describe(Exception exception) => exception switch
    {
        OperationCanceledException => "no answer in time",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "the name of the collector is not known",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "no connection",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "no secure connection: one side does not trust the other's certificate",
        HttpRequestException { HttpRequestError: var error } => $"HTTP error {error}",
        _ => exception.GetType().Name,
    };
}
