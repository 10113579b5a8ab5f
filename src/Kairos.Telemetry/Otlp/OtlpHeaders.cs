using System.Text;

namespace Kairos.Telemetry.Otlp;

/// <summary>The headers that go with every export.</summary>
internal static class OtlpHeaders
{
    /// <summary>The configured headers, and basic authentication where a user or token is set, as the exporter wants them.</summary>
    public static string For(OtlpOptions options)
    {
        if (options.User.Length == 0 && options.Token.Length == 0) return options.Headers;
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.User}:{options.Token}"));
        var basic = $"Authorization=Basic {credentials}";
        return options.Headers.Length == 0 ? basic : $"{options.Headers},{basic}";
    }
}
