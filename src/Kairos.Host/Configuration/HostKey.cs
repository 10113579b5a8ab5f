using System.Globalization;
using Kairos.Hosting.Settings;

namespace Kairos.Host.Configuration;

/// <summary>An environment variable that stands for a key, and how its text becomes the key's; null where it cannot.</summary>
internal sealed record Variable(string Name, Func<string, string?>? Translate = null)
{
    private const NumberStyles PlainNumber = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;

    public string? ToText(string value) => Translate is null ? value : Translate(value);

    /// <summary>A variable that holds a plain number of seconds.</summary>
    public static Variable Seconds(string name) => Number(name, "s");

    /// <summary>A variable that holds a plain number of milliseconds, as OpenTelemetry's do.</summary>
    public static Variable Milliseconds(string name) => Number(name, "ms");

    // A number alone: 5m with an s behind it would be five milliseconds.
    private static Variable Number(string name, string unit) =>
        new(name, value => double.TryParse(value, PlainNumber, CultureInfo.InvariantCulture, out _) ? value + unit : null);
}

/// <summary>One key of the host: where it may be set, from the strongest place to the weakest.</summary>
/// <param name="Setting">The key below <c>kairos</c>, and its place in the settings.</param>
/// <param name="Own">Kairos' own variable; beats the file.</param>
/// <param name="Standard">OpenTelemetry's variables; beaten by the file. The first that is set counts.</param>
internal sealed record HostKey(Setting<HostSettings> Setting, Variable? Own, params Variable[] Standard)
{
    /// <summary>Whether a value, right or wrong, is one that must never be printed.</summary>
    public Func<string, bool> IsSecret { get; init; } = _ => false;

    public string Printable(string value) => IsSecret(value) ? "***" : value;

    public string FullKey => $"{SettingsReader.Section}.{Setting.Key}";
}
