using System.Text;
using Google.Protobuf;
using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Telemetry;

/// <summary>What nobody must ever find.</summary>
internal static class Secrets
{
    public const string Header = "Header-S3cr3t";
    public const string Token = "Token-S3cr3t";
    public const string Password = "Password-S3cr3t";

    /// <summary>The lines of a file that hold some of them.</summary>
    public const string InFile = $$"""kairos.telemetry.otlp { headers = "x-key={{Header}}", user = somebody, token = "{{Token}}" }""";

    /// <summary>User and token as they are sent.</summary>
    public static readonly string Credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"somebody:{Token}"));

    private static readonly string[] All = [Header, Token, Password, Credentials];

    /// <summary>The variables that hold some of them.</summary>
    public static (string Name, string Value)[] InVariables { get; } =
    [
        ("KAIROS_TELEMETRY_OTLP_HEADERS", $"x-key={Header}"),
        ("KAIROS_TELEMETRY_OTLP_USER", "somebody"),
        ("KAIROS_TELEMETRY_OTLP_TOKEN", Token),
    ];

    public static void AssertNone(ProgramResult result)
    {
        Assert.NotEqual("", result.Output + result.Errors);
        Assert.All(All, secret => Assert.DoesNotContain(secret, result.Output + result.Errors, StringComparison.Ordinal));
    }

    /// <summary>In what came to a collector, apart from the headers that it came with.</summary>
    public static void AssertNone(OtlpCollector collector)
    {
        Assert.NotEmpty(collector.Metrics.All);
        Assert.NotEmpty(collector.Logs.All);
        IEnumerable<IMessage> exports =
        [
            .. collector.Metrics.All.Select(received => received.Message),
            .. collector.Traces.All.Select(received => received.Message),
            .. collector.Logs.All.Select(received => received.Message),
        ];
        Assert.All(exports, export => Assert.All(All, secret => Assert.False(export.Holds(secret))));
    }
}
