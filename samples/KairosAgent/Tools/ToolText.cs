using System.Text.Json;
using Microsoft.Extensions.AI;

namespace KairosAgent.Tools;

/// <summary>What a tool's result says in words: its own text, or the texts of an MCP result.</summary>
internal static class ToolText
{
    public static string Of(object? result) => result switch
    {
        null => "",
        TextContent text => text.Text,
        IEnumerable<AIContent> contents => string.Join('\n', contents.Select(Of)),
        JsonElement json => Of(json),
        _ => result.ToString() ?? "",
    };

    private static string Of(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.String) return json.GetString()!;
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("content", out var contents) || contents.ValueKind != JsonValueKind.Array)
            return json.GetRawText();
        var texts = contents.EnumerateArray().Select(content => content.TryGetProperty("text", out var text) ? text.GetString() : content.GetRawText());
        return string.Join('\n', texts);
    }
}
