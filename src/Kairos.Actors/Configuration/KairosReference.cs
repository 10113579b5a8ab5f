using Akka.Configuration;

namespace Kairos.Configuration;

/// <summary>What ships with the library: its reference configuration and its version.</summary>
internal static class KairosReference
{
    /// <summary>The text of <c>reference.conf</c>.</summary>
    public static string Text { get; } = Read();

    /// <summary>The reference configuration, to stand behind the user's.</summary>
    public static Config Config { get; } = ConfigurationFactory.ParseString(Text);

    /// <summary>The key that says whether callers' threads run actors' mailboxes.</summary>
    public const string LendThreads = "kairos.dispatcher.lend-threads";

    /// <summary>The version that telemetry reports.</summary>
    public static string Version { get; } = typeof(KairosReference).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    private static string Read()
    {
        using var stream = typeof(KairosReference).Assembly.GetManifestResourceStream("Kairos.reference.conf")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
