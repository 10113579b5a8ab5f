using Kairos.Tests.Faults;

namespace Kairos.Extensions.AI.Tests.Providers;

/// <summary>What the providers write.</summary>
public static class Wire
{
    public const string Answer = """
        {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hello"},"finish_reason":"stop"}]}
        """;

    public const string Begin = """{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""";

    public const string Hello = """{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"hello"},"finish_reason":null}]}""";

    public const string Done = "[DONE]";

    /// <summary>The model's wish to have the tool <c>search</c> called.</summary>
    public const string CallTheTool = """
        {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"tool_calls","message":
        {"role":"assistant","content":null,"tool_calls":[{"id":"t","type":"function","function":{"name":"search","arguments":"{}"}}]}}]}
        """;

    /// <summary>The same in a stream, before its end.</summary>
    public const string ToolChunk = """{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":0,"id":"t","type":"function","function":{"name":"search","arguments":"{}"}}]},"finish_reason":null}]}""";

    /// <summary>A chunk of text.</summary>
    public static string Text(string text) =>
        $$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"{{text}}"},"finish_reason":null}]}""";

    /// <summary>The last chunk, with what ended the answer.</summary>
    public static string End(string reason) =>
        $$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"{{reason}}"}]}""";

    /// <summary>An error as OpenAI writes it.</summary>
    public static string Error(string code) => $$"""{"error":{"message":"no","type":"{{code}}","param":null,"code":"{{code}}" } }""";

    /// <summary>A whole stream of events.</summary>
    public static Answer Stream(params string[] events) => Answers.Ok(Events(events), "text/event-stream");

    /// <summary>The beginning of a stream.</summary>
    public static Answer Cut(Ending ending, params string[] events) =>
        Answers.Partial(200, Events(events), ending, ("Content-Type", "text/event-stream"));

    /// <summary>A stream that has a clean end on the wire where none was meant.</summary>
    public static Answer Truncated(params string[] events) => Stream(events);

    private static string Events(string[] events) => string.Concat(events.Select(data => Format(data)));

    /// <summary>An event with a name of its own (<c>name|data</c>), or data alone.</summary>
    private static string Format(string data) => data.IndexOf('|', StringComparison.Ordinal) is > 0 and < 40 and var cut && data[0] != '{'
        ? $"event: {data[..cut]}\ndata: {data[(cut + 1)..]}\n\n"
        : $"data: {data}\n\n";
}
