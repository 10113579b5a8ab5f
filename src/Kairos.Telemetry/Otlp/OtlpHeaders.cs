using System.Text;

namespace Kairos.Telemetry.Otlp;

/// <summary>The headers that go with every export. OpenTelemetry's own reading would take the commas within values for its separators.</summary>
internal static class OtlpHeaders
{
    /// <summary>Whether HTTP can carry them: a name that is one, and not the content's; printable ASCII.</summary>
    public static bool AreCarried(string headers)
    {
        if (!NamedValues.AreWellFormed(headers)) return false;
        using var request = new HttpRequestMessage();
        return NamedValues.Parse(headers).All(header =>
            header.Value.All(c => c is '\t' or (>= ' ' and <= '~')) && request.Headers.TryAddWithoutValidation(header.Key, header.Value));
    }

    /// <summary>The configured headers, and basic authentication where a user or token is set.</summary>
    public static IEnumerable<KeyValuePair<string, string>> For(OtlpOptions options)
    {
        var headers = NamedValues.Parse(options.Headers);
        if (options.User.Length == 0 && options.Token.Length == 0) return headers;
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.User}:{options.Token}"));
        return headers.Append(KeyValuePair.Create("Authorization", $"Basic {credentials}"));
    }
}
