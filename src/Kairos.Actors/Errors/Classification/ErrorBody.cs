using System.Buffers;
using System.Text.Json;

namespace Kairos.Errors;

/// <summary>Finds the provider's code in the body of an answer that failed.</summary>
internal static class ErrorBody
{
    /// <summary>The most of a body that is looked at, in bytes; a longer one is no error that a provider wrote.</summary>
    public const int MaxBytes = 32 * 1024;

    private const int MaxCodeLength = 64;

    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    public static string? ReadCode(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty || body.Length > MaxBytes) return null;
        try
        {
            using var document = JsonDocument.Parse(body);
            string?[] codes = [.. Places(document.RootElement).Where(IsCode)];
            return Array.Find(codes, ProviderCodes.IsQuota) ?? codes.FirstOrDefault();
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // Not JSON, or text that is not Unicode: there is no code to be had.
            return null;
        }
    }

    private static IEnumerable<string?> Places(JsonElement root)
    {
        var error = Member(root, "error");
        yield return Text(Member(Member(error, "details"), "error_code"));
        yield return Text(Member(error, "code"));
        yield return Text(Member(error, "type"));
        yield return Text(Member(error, "status"));
        yield return Text(error);
        yield return Text(Member(root, "code"));
    }

    private static JsonElement Member(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : default;

    private static string? Text(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : null;

    /// <summary>A word, not a sentence, nor a status in quotation marks.</summary>
    private static bool IsCode(string? text) =>
        text is { Length: > 0 and <= MaxCodeLength } && !text.AsSpan().ContainsAnyExcept(Allowed) && text.AsSpan().ContainsAny(Letters);
}
