using System.Text.Json;

namespace Kairos.Host.Journal;

/// <summary>The fields of one line, as they were written.</summary>
internal struct JournalFields
{
    public string? At { get; private set; }

    public string? Component { get; private set; }

    public string? Event { get; private set; }

    public string? Code { get; private set; }

    public bool? Recoverable { get; private set; }

    public string? Message { get; private set; }

    public string? Verdict { get; private set; }

    public double? RetryAfterMs { get; private set; }

    public double? DurationMs { get; private set; }

    public double? Count { get; private set; }

    public string? Status { get; private set; }

    public string? TraceId { get; private set; }

    public string? SpanId { get; private set; }

    /// <summary>Takes the field that the reader stands on. False when there is no such field.</summary>
    public bool TryTake(ref Utf8JsonReader reader, out string? name)
    {
        name = null;
        if (reader.ValueTextEquals("at"u8)) At = Text(ref reader, "at");
        else if (reader.ValueTextEquals("component"u8)) Component = Text(ref reader, "component");
        else if (reader.ValueTextEquals("event"u8)) Event = Text(ref reader, "event");
        else if (reader.ValueTextEquals("code"u8)) Code = Text(ref reader, "code");
        else if (reader.ValueTextEquals("recoverable"u8)) Recoverable = Truth(ref reader, "recoverable");
        else if (reader.ValueTextEquals("message"u8)) Message = Text(ref reader, "message");
        else if (reader.ValueTextEquals("verdict"u8)) Verdict = Text(ref reader, "verdict");
        else if (reader.ValueTextEquals("retry_after_ms"u8)) RetryAfterMs = Number(ref reader, "retry_after_ms");
        else if (reader.ValueTextEquals("duration_ms"u8)) DurationMs = Number(ref reader, "duration_ms");
        else if (reader.ValueTextEquals("count"u8)) Count = Number(ref reader, "count");
        else if (reader.ValueTextEquals("status"u8)) Status = Text(ref reader, "status");
        else if (reader.ValueTextEquals("trace_id"u8)) TraceId = Text(ref reader, "trace_id");
        else if (reader.ValueTextEquals("span_id"u8)) SpanId = Text(ref reader, "span_id");
        else name = reader.GetString();
        return name is null;
    }

    private static string Text(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw Wrong(name, "a text");
    }

    private static double Number(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Number ? reader.GetDouble() : throw Wrong(name, "a number");
    }

    private static bool Truth(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        return reader.TokenType is JsonTokenType.True or JsonTokenType.False ? reader.GetBoolean() : throw Wrong(name, "true or false");
    }

    private static JournalException Wrong(string name, string allowed) => new($"'{name}' must be {allowed}");
}
