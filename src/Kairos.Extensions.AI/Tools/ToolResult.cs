using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>How much there is of a tool's result.</summary>
internal static class ToolResult
{
    /// <summary>In bytes; 0 of what is no text and no data.</summary>
    public static long LengthOf(object? result) => result switch
    {
        string text => Encoding.UTF8.GetByteCount(text),
        byte[] bytes => bytes.LongLength,
        JsonElement { ValueKind: not JsonValueKind.Undefined } json => JsonMarshal.GetRawUtf8Value(json).Length,
        TextContent text => Encoding.UTF8.GetByteCount(text.Text),
        DataContent data => data.Data.Length,
        IEnumerable<AIContent> contents => contents.Sum(LengthOf),
        _ => 0,
    };
}
