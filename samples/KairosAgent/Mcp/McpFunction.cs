using System.Net;
using System.Text.Json;
using KairosAgent.Text;
using Microsoft.Extensions.AI;
using ModelContextProtocol;
using ModelContextProtocol.Client;

namespace KairosAgent.Mcp;

/// <summary>A tool of a server that may be started anew between two calls. Neither its results nor its errors hold what the server was given in
/// secret.</summary>
internal sealed class McpFunction(McpClientTool tool, McpConnection connection, Secrets secrets) : DelegatingAIFunction(tool)
{
    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        try
        {
            var client = await connection.ClientAsync(cancellationToken).ConfigureAwait(false);
            return Hide(await CallAsync(client, arguments, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception) when (exception is not OperationCanceledException && secrets.AreIn(exception.ToString()))
        {
            var message = secrets.Hide(exception.Message);
            throw exception is McpProtocolException protocol ? new McpProtocolException(message, protocol.ErrorCode) : new IOException(message);
        }
    }

    /// <summary>Calls it. The SDK's client waits for ever where the server goes just before it is asked.</summary>
    private async Task<object?> CallAsync(McpClient client, AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var call = new McpClientTool(client, tool.ProtocolTool).InvokeAsync(arguments, gone.Token).AsTask();
        if (await Task.WhenAny(call, client.Completion).ConfigureAwait(false) == call)
        {
            try
            {
                return await call.ConfigureAwait(false);
            }
            catch (Exception exception) when (IsRefused(exception))
            {
                await connection.ForgetAsync(client).ConfigureAwait(false);
                throw;
            }
        }

        await gone.CancelAsync().ConfigureAwait(false);
        await ((Task)call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        throw await connection.ReasonOfEndAsync(call.Exception?.InnerException).ConfigureAwait(false);
    }

    /// <summary>Whether a server by HTTP does not know the session any more: what is wrong with a call's arguments it says within an answer.</summary>
    private static bool IsRefused(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpRequestException { StatusCode: HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.Gone }) return true;
        }

        return false;
    }

    private object? Hide(object? result) => result switch
    {
        _ when secrets.AreNone => result,
        TextContent text => new TextContent(secrets.Hide(text.Text)),
        IEnumerable<AIContent> contents => contents.Select(content => (AIContent)Hide(content)!).ToArray(),
        JsonElement json when secrets.AreIn(json.GetRawText()) => JsonElement.Parse(secrets.Hide(json.GetRawText())),
        _ => result,
    };
}
