namespace KairosAgent.Text;

/// <summary>Texts that must be printed nowhere, and are taken out wherever somebody repeats them. Immutable.</summary>
internal sealed class Secrets
{
    /// <summary>What stands in place of a secret.</summary>
    public const string Instead = "***";

    /// <summary>A shorter one is no secret: it is what people write where a server wants any key, and would be taken out of common words.</summary>
    public const int ShortestSecret = 8;

    private readonly string[] _all;

    public Secrets(params IEnumerable<string> secrets) =>
        _all = [.. secrets.Where(secret => secret.Length >= ShortestSecret).Distinct(StringComparer.Ordinal).OrderByDescending(secret => secret.Length)];

    public bool AreNone => _all.Length == 0;

    /// <summary>Whether any stands in a text.</summary>
    public bool AreIn(string text) => Array.Exists(_all, secret => text.Contains(secret, StringComparison.Ordinal));

    /// <summary>The text without them.</summary>
    public string Hide(string text) =>
        AreIn(text) ? _all.Aggregate(text, (rest, secret) => rest.Replace(secret, Instead, StringComparison.Ordinal)) : text;

    /// <summary>How many letters at the end of a text may be the beginning of a secret that goes on in the next.</summary>
    public int BegunIn(string text) => _all.Length == 0 ? 0 : _all.Max(secret => BegunIn(text, secret));

    private static int BegunIn(string text, string secret)
    {
        for (var length = Math.Min(text.Length, secret.Length - 1); length > 0; length--)
        {
            if (text.EndsWith(secret[..length], StringComparison.Ordinal)) return length;
        }

        return 0;
    }
}

/// <summary>Takes secrets out of a text that comes piece by piece, also where one is cut in two. Not thread-safe.</summary>
internal sealed class SecretFilter(Secrets secrets)
{
    private string _held = "";

    /// <summary>What may be shown so far of what has not been shown.</summary>
    public string Push(string piece)
    {
        var text = secrets.Hide(_held + piece);
        var held = secrets.BegunIn(text);
        _held = text[^held..];
        return text[..^held];
    }

    /// <summary>What is left, once nothing more comes.</summary>
    public string Flush()
    {
        var rest = _held;
        _held = "";
        return rest;
    }
}
