using Kairos.Hosting.Settings;

namespace Kairos.Host.Configuration;

/// <summary>An environment variable that stands for a key, and how its text becomes the key's.</summary>
internal sealed record Variable(string Name, Func<string, string>? Translate = null)
{
    public string ToText(string value) => Translate is null ? value : Translate(value);

    /// <summary>A variable that holds a plain number of seconds.</summary>
    public static Variable Seconds(string name) => new(name, value => value + "s");

    /// <summary>A variable that holds a plain number of milliseconds, as OpenTelemetry's do.</summary>
    public static Variable Milliseconds(string name) => new(name, value => value + "ms");
}

/// <summary>One key of the host: where it may be set, from the strongest place to the weakest.</summary>
/// <param name="Setting">The key below <c>kairos</c>, and its place in the settings.</param>
/// <param name="Own">Kairos' own variable; beats the file.</param>
/// <param name="Standard">OpenTelemetry's variables; beaten by the file. The first that is set counts.</param>
internal sealed record HostKey(Setting<HostSettings> Setting, Variable? Own, params Variable[] Standard)
{
    /// <summary>Whether the value must never be printed.</summary>
    public bool IsSecret { get; init; }

    public string FullKey => $"{SettingsReader.Section}.{Setting.Key}";
}
