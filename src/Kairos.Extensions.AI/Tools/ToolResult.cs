using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>How much there is of a tool's result.</summary>
internal static class ToolResult
{
    /// <summary>In bytes: of text and data as they are, of anything else as the JSON that the model is given. What cannot be written as JSON has
    /// no more than was written of it.</summary>
    /// <param name="result">The result.</param>
    /// <param name="most">Where counting may end, since there may be no end of it.</param>
    /// <param name="json">How the tool writes JSON.</param>
    public static long LengthOf(object? result, long most, JsonSerializerOptions json) => result switch
    {
        null => 0,
        string text => Encoding.UTF8.GetByteCount(text),
        byte[] bytes => bytes.LongLength,
        JsonElement { ValueKind: not JsonValueKind.Undefined } element => JsonMarshal.GetRawUtf8Value(element).Length,
        TextContent text => Encoding.UTF8.GetByteCount(text.Text),
        DataContent data => data.Data.Length,
        IEnumerable<AIContent> contents => contents.Sum(content => LengthOf(content, most, json)),
        _ => LengthAsJson(result, most, json),
    };

    private static long LengthAsJson(object result, long most, JsonSerializerOptions json)
    {
        var counter = new Counter(most);
        try
        {
            using var writer = new Utf8JsonWriter(counter);
            JsonSerializer.Serialize(writer, result, result.GetType(), json);
        }
        catch (Exception)
        {
            // It is too long, or no JSON: what is known of its length stands.
        }

        return counter.Length;
    }

    /// <summary>Counts what is written, and keeps nothing of it.</summary>
    private sealed class Counter(long most) : IBufferWriter<byte>
    {
        private byte[] _buffer = [];

        public long Length { get; private set; }

        public void Advance(int count)
        {
            Length += count;
            if (Length > most) throw new InvalidOperationException("There is more than may be.");
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => _buffer.Length >= Math.Max(sizeHint, 1) ? _buffer : _buffer = new byte[Math.Max(sizeHint, 4096)];

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
