using System.Buffers;
using System.Text.Json;

namespace Kairos.Classification;

/// <summary>Finds what an answer's JSON says of an error: whether there is one, the provider's words, and how long to wait.</summary>
internal static class ErrorBody
{
    /// <summary>The most of a body that is looked at, in bytes; a longer one is no error that a provider wrote.</summary>
    public const int MaxBytes = 32 * 1024;

    private const int MaxWordLength = 64;
    private const int MostOfAList = 16;

    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Describes a failed answer.</summary>
    public static ResponseFacts Describe(int status, ReadOnlyMemory<byte> body, Func<string, string?>? header)
    {
        var bare = new ResponseFacts { Status = status, Header = header, Reasons = WordOf(header) };
        if (body.IsEmpty || body.Length > MaxBytes) return bare;
        try
        {
            using var document = JsonDocument.Parse(WithoutMark(body));
            return Describe(bare, document.RootElement);
        }
        catch (JsonException)
        {
            // Not JSON: there is nothing to be had.
            return bare;
        }
    }

    /// <summary>What a piece of an answer says of an error: a whole answer, an event of a stream, a line. Null where it is none.</summary>
    /// <param name="status">The status of the answer that it is a piece of.</param>
    /// <param name="json">The piece.</param>
    /// <param name="isNamed">Whether it is called an error already, by the name of its event.</param>
    /// <param name="header">Looks up a header of the answer.</param>
    public static ResponseFacts? Within(int status, JsonElement json, bool isNamed, Func<string, string?>? header)
    {
        if (json.ValueKind == JsonValueKind.Array) json = json.EnumerateArray().Take(MostOfAList).FirstOrDefault(IsError);
        return isNamed || IsError(json) ? Describe(new ResponseFacts { Status = status, Header = header }, json) : null;
    }

    /// <summary>The text without a mark of the order of its bytes, which servers write before it.</summary>
    public static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> body) => body.Span.StartsWith(Mark) ? body[Mark.Length..] : body;

    /// <summary>The word that people are told: that of a used-up quota before others, a word before a number.</summary>
    public static string? CodeAmong(IReadOnlyList<string> said) =>
        said.FirstOrDefault(Providers.IsQuota) ?? said.FirstOrDefault(word => word.AsSpan().ContainsAny(Letters));

    /// <summary>A word or a number, no sentence. Nor is it a mixture of letters and digits that no provider is known for: servers repeat keys,
    /// anywhere.</summary>
    public static bool IsWord(string? text) =>
        text is { Length: > 0 and <= MaxWordLength }
        && !text.AsSpan().ContainsAnyExcept(Allowed)
        && (!text.AsSpan().ContainsAnyInRange('0', '9') || !text.AsSpan().ContainsAny(Letters) || Providers.MeaningOf(text) is not null);

    private static ResponseFacts Describe(ResponseFacts bare, JsonElement json)
    {
        var root = FirstOf(json);
        var error = ErrorOf(root);
        string[] said = [.. bare.Reasons.Concat(MembersThatTell(root, error).OfType<string>().Where(IsWord)).Distinct(StringComparer.Ordinal).Take(MostOfAList)];
        return bare with
        {
            Reasons = said,
            ErrorCode = CodeAmong(said),
            Wait = BodyWaits.Of(root, error),
            Header = HeaderIn(Member(Member(error, "metadata"), "headers"), bare.Header),
        };
    }

    private static IEnumerable<string?> MembersThatTell(JsonElement root, JsonElement error)
    {
        var details = Member(error, "details");
        foreach (var detail in Elements(details)) yield return Text(Member(detail, "reason"));
        yield return Text(Member(details, "error_code"));
        yield return IsThere(Member(Member(error, "metadata"), Providers.Flagged)) ? Providers.Flagged : null;
        var told = error.ValueKind == JsonValueKind.Object ? error : root; // an answer that is all error has it at the root
        yield return Text(Member(told, "code"));
        yield return Text(Member(told, "type")) is var type && type != "error" ? type : null;
        yield return error.ValueKind == JsonValueKind.Object || Member(root, "status").ValueKind == JsonValueKind.Number ? Text(Member(told, "status")) : null;
        yield return Text(Member(told, "__type"));
        yield return Text(Member(root, "error_type"));
        yield return Text(error);
        yield return Text(Member(root, "code"));
        yield return Text(Member(Member(error, "innererror"), "code"));
    }

    /// <summary>The error of an answer, wherever it has it.</summary>
    private static JsonElement ErrorOf(JsonElement root)
    {
        var error = FirstOf(Member(root, "error"));
        if (IsThere(error)) return error;
        error = Member(Member(root, "response"), "error");
        if (IsThere(error)) return error;
        return Elements(Member(root, "choices")).Select(choice => Member(choice, "error")).FirstOrDefault(IsThere);
    }

    private static bool IsError(JsonElement root) =>
        IsThere(ErrorOf(root))
        || Text(Member(root, "type")) is "error" or "response.failed"
        || Text(Member(root, "object")) == "error"
        || Elements(Member(root, "choices")).Any(choice => Text(Member(choice, "finish_reason")) == "error");

    private static bool IsThere(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.String => !element.ValueEquals(""u8),
        _ => true,
    };

    private static JsonElement FirstOf(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? Elements(element).FirstOrDefault(one => one.ValueKind == JsonValueKind.Object) : element;

    /// <summary>The first elements of an array; none of anything else.</summary>
    public static IEnumerable<JsonElement> Elements(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().Take(MostOfAList) : [];

    /// <summary>A member of an object; nothing where there is none, or its text is not Unicode.</summary>
    public static JsonElement Member(JsonElement parent, string name)
    {
        if (parent.ValueKind != JsonValueKind.Object) return default;
        try
        {
            return parent.TryGetProperty(name, out var value) ? value : default;
        }
        catch (InvalidOperationException)
        {
            return default;
        }
    }

    /// <summary>A text, or a number as one; null of anything else, and of what is not Unicode.</summary>
    public static string? Text(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString()
                : element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var number) ? number.ToString(provider: null)
                : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>AWS says what went wrong in a header, with an address behind it.</summary>
    private static string[] WordOf(Func<string, string?>? header) =>
        Waits.LookUp(header, "x-amzn-errortype")?.Split(':')[0] is { } word && IsWord(word) ? [word] : [];

    /// <summary>Proxies hand the headers of the provider behind them on in the body. The answer's own come first.</summary>
    private static Func<string, string?>? HeaderIn(JsonElement headers, Func<string, string?>? own)
    {
        if (headers.ValueKind != JsonValueKind.Object) return own;
        var handed = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in headers.EnumerateObject().Take(4 * MostOfAList))
        {
            try
            {
                handed[header.Name] = Text(header.Value);
            }
            catch (InvalidOperationException)
            {
                // Nobody looks for a name that is not Unicode.
            }
        }

        return name => own?.Invoke(name) ?? handed.GetValueOrDefault(name);
    }
}
