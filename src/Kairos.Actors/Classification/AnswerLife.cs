using System.Text;
using System.Text.Json;

namespace Kairos.Classification;

/// <summary>
/// Signs that an answer is being made: pieces of text, of reasoning, of a tool's call, whatever an SDK makes of them. Comments of a stream
/// and announcements are none. Not thread-safe.
/// </summary>
internal sealed class AnswerLife
{
    private readonly StringBuilder _reasoning = new();
    private bool _isNew;

    /// <summary>Looks at a piece of an answer.</summary>
    public void See(JsonElement piece)
    {
        foreach (var choice in ErrorBody.Elements(ErrorBody.Member(piece, "choices"))) SeeDelta(ErrorBody.Member(choice, "delta"));
        _isNew |= ErrorBody.Text(ErrorBody.Member(piece, "type"))?.EndsWith("delta", StringComparison.Ordinal) == true;
        if (ErrorBody.Member(piece, "message") is { ValueKind: JsonValueKind.Object } message)
            _isNew |= IsSomething(message, "content") || IsSomething(message, "thinking") || IsSomething(message, "tool_calls");
    }

    /// <summary>Whether there was a sign since it was asked last.</summary>
    public bool Take()
    {
        var isNew = _isNew;
        _isNew = false;
        return isNew;
    }

    /// <summary>The reasoning that came since it was asked last under a name that SDKs do not read; null where there was none.</summary>
    public string? TakeReasoning()
    {
        if (_reasoning.Length == 0) return null;
        var text = _reasoning.ToString();
        _reasoning.Clear();
        return text;
    }

    private void SeeDelta(JsonElement delta)
    {
        if (delta.ValueKind != JsonValueKind.Object) return;
        _isNew |= delta.EnumerateObject().Any(member => !member.NameEquals("role"u8) && IsSomething(member.Value));
        if (!IsSomething(delta, "reasoning_content")) _reasoning.Append(ErrorBody.Text(ErrorBody.Member(delta, "reasoning")));
    }

    private static bool IsSomething(JsonElement owner, string member) => IsSomething(ErrorBody.Member(owner, member));

    private static bool IsSomething(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.ValueEquals(""u8) is false,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object or JsonValueKind.Number or JsonValueKind.True => true,
        _ => false,
    };
}
