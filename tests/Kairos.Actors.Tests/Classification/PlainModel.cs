using System.Text.Json;
using Kairos.Tests.Faults;

namespace Kairos.Tests.Classification;

/// <summary>A model as an application calls it with an HttpClient and nothing else.</summary>
public static class PlainModel
{
    /// <summary>Asks and reads the answer.</summary>
    public static async Task<string?> AskAsync(HttpClient client, Uri url, CancellationToken cancellationToken = default)
    {
        using var response = await SendAsync(client, url, cancellationToken);
        await response.ThrowIfFailedAsync(cancellationToken);
        return await ReadAsync(response, cancellationToken);
    }

    /// <summary>The same as most code has it: the status is checked by what the base library offers.</summary>
    public static async Task<string?> AskCarelesslyAsync(HttpClient client, Uri url)
    {
        using var response = await SendAsync(client, url, default);
        response.EnsureSuccessStatusCode();
        return await ReadAsync(response, default);
    }

    /// <summary>
    /// Asks for a stream of events (<c>data: …</c> lines). An event with an error ends it, and so does a stream that ends before its
    /// last event, <c>[DONE]</c>.
    /// </summary>
    public static async Task StreamAsync(HttpClient client, Uri url, Action? first = null, CancellationToken cancellationToken = default)
    {
        using var response = await SendAsync(client, url, cancellationToken);
        await response.ThrowIfFailedAsync(cancellationToken);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line == "data: [DONE]") return;
            if (!line.StartsWith("data: ", StringComparison.Ordinal)) continue;
            if (ResponseFacts.ReadErrorCode(System.Text.Encoding.UTF8.GetBytes(line[6..])) is { } code)
                throw new HttpFailureException(new ResponseFacts { Status = (int)response.StatusCode, ErrorCode = code });
            first?.Invoke();
        }

        throw new EndOfStreamException("the stream ended before its last event");
    }

    /// <summary>How the call of a server ended that must not succeed, nor take for ever.</summary>
    public static async Task<Exception> FailureOf(Func<HttpClient, Task> call)
    {
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var running = RunAsync();
        Assert.Same(running, await Task.WhenAny(running, Task.Delay(MisbehavingServer.Limit)));
        return await Assert.ThrowsAnyAsync<Exception>(() => running);

        async Task RunAsync() => await call(client);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, Uri url, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent("""{"prompt":"hello"}""") };
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static async Task<string?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var answer = await JsonDocument.ParseAsync(body, default, cancellationToken);
        return answer.RootElement.GetProperty("text").GetString();
    }
}
