using Kairos.Tests.Faults;

namespace Kairos.Tests.Classification;

/// <summary>Servers that fail, connections that break, answers that make no sense.</summary>
internal static class FailureCases
{
    private static readonly Func<HttpClient, MisbehavingServer, Task> Carelessly =
        (client, server) => PlainModel.AskCarelesslyAsync(client, server.Url);

    private static readonly Func<HttpClient, MisbehavingServer, Task> Streaming =
        (client, server) => PlainModel.StreamAsync(client, server.Url);

    private static readonly Func<HttpClient, MisbehavingServer, Task> Securely =
        (client, server) => PlainModel.AskAsync(client, new UriBuilder(server.Url) { Scheme = "https" }.Uri);

    public static Dictionary<string, TableCase> All { get; } = new()
    {
        ["500"] = Llm(Answers.Status(500)),
        ["500, checked without its headers"] = Llm(Answers.Status(500)) with { Call = Carelessly },
        ["502 as a page of HTML"] = Llm(Answers.Status(502, "<html>Bad Gateway</html>")),
        ["503 without a retry-after"] = Llm(Answers.Status(503)),
        ["529 without a retry-after"] = Llm(Answers.Status(529, """{"error":{"type":"overloaded_error"}}""")),
        ["409, another writer was faster"] = Llm(Answers.Status(409)),
        ["500 of a memory"] = Llm(Answers.Status(500)) with { Context = TableCase.On("memory"), Code = ErrorCode.MemoryError },
        ["500 of a tool"] = Llm(Answers.Status(500)) with { Context = TableCase.On("tools/search"), Code = ErrorCode.ToolFailure },
        ["500 of a tool that is not idempotent"] = Llm(Answers.Status(500)) with
        {
            Context = TableCase.On("tools/mail") with { IsIdempotent = false },
            Code = ErrorCode.ToolFailure,
            Recoverable = false,
        },
        ["500 of something else"] = Llm(Answers.Status(500)) with { Context = TableCase.On("billing"), Code = ErrorCode.InternalError },
        ["501"] = Llm(Answers.Status(501)) with { Recoverable = false },
        ["a redirect that leads nowhere"] = Llm(Answers.Status(304)) with { Recoverable = false },
        ["connection refused"] = Llm(Answers.Status(200)) with
        {
            Call = async (client, _) =>
            {
                using var port = new RefusingPort();
                await PlainModel.AskAsync(client, port.Url);
            },
        },
        ["DNS"] = Llm(Answers.Status(200)) with { Call = (client, _) => PlainModel.AskAsync(client, new Uri("http://kairos.invalid/")) },
        ["hung up without an answer"] = Llm(Answers.Nothing(Ending.Close)),
        ["reset without an answer"] = Llm(Answers.Nothing(Ending.Reset)),
        ["reset within the answer"] = Llm(Answers.Partial(200, """{"text":""", Ending.Reset)),
        ["broken off within the answer"] = Llm(Answers.Partial(200, """{"text":""", Ending.Close)),
        ["reset, of a memory"] =
            Llm(Answers.Nothing(Ending.Reset)) with { Context = TableCase.On("memory/vectors"), Code = ErrorCode.MemoryError },
        ["hung up within the TLS handshake"] = Llm(_ => Task.CompletedTask) with { Call = Securely },
        ["no TLS at all"] = Llm(Answers.Raw("HTTP/1.1 400 Bad Request\r\n\r\n")) with { Call = Securely, Recoverable = false },
        ["not HTTP"] = Llm(Answers.Raw("SSH-2.0-OpenSSH\r\n\r\n")),
        ["chunks that cannot be read"] = Llm(Answers.Raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n")),
        ["more than the client takes"] = Llm(Answers.Ok(new string(' ', 1000))) with
        {
            Recoverable = false,
            Call = async (_, server) =>
            {
                using var client = new HttpClient { MaxResponseContentBufferSize = 100 };
                await client.GetStringAsync(server.Url);
            },
        },
        ["200 as a page of HTML"] = Llm(Answers.Ok("<html>Sign in</html>", "text/html")),
        ["200 with nothing in it"] = Llm(Answers.Ok("")),
        ["200 with half an answer"] = Llm(Answers.Ok("""{"text":""")),
        ["200 without what was asked for"] = Llm(Answers.Ok("{}")),
        ["200 of another shape"] = Llm(Answers.Ok("[1]")),
        ["200 with nothing, of a memory"] =
            Llm(Answers.Ok("")) with { Context = TableCase.On("memory"), Code = ErrorCode.MemoryError },
        ["a stream that begins with nothing"] = Llm(Answers.Ok("", "text/event-stream")) with { Call = Streaming },
        ["a stream without an end"] = Llm(Answers.Ok("data: {\"text\":\"He\"}\n\n", "text/event-stream")) with { Call = Streaming },
        ["a stream that breaks off"] = Llm(Answers.Partial(200, "data: {\"text\":\"He\"}\n\n", Ending.Close)) with { Call = Streaming },
        ["a stream that is reset"] = Llm(Answers.Partial(200, "data: {\"text\":\"He\"}\n\n", Ending.Reset)) with { Call = Streaming },
        ["overload as an event of a stream"] =
            Llm(Answers.Ok("data: {\"error\":{\"type\":\"overloaded_error\"}}\n\n")) with { Call = Streaming },
        ["a code that nobody knows as an event of a stream"] =
            Llm(Answers.Ok("data: {\"error\":{\"type\":\"gremlins\"}}\n\n")) with { Call = Streaming },
    };

    private static TableCase Llm(Answer answer) => new(Rows.Failing, answer, ErrorCode.LlmError, true, Verdict.Count);
}
