using System.Globalization;

namespace Kairos.Configuration;

/// <summary>An environment variable that stands for a key, and how its text becomes the key's; null where it cannot.</summary>
/// <param name="Name">Its name; <c>*</c> stands for that of a signal.</param>
/// <param name="Translate">Makes the key's text of the variable's.</param>
internal sealed record Variable(string Name, Func<string, string?>? Translate = null)
{
    private const NumberStyles PlainNumber = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;

    /// <summary>Whether it is one signal's own.</summary>
    public bool IsOfSignal => Name.Contains('*', StringComparison.Ordinal);

    public string NameFor(string signal) => Name.Replace("*", signal.ToUpperInvariant(), StringComparison.Ordinal);

    public string? ToText(string value) => Translate is null ? value : Translate(value);

    /// <summary>A variable that holds a plain number of seconds.</summary>
    public static Variable Seconds(string name) => new(name, value => WithUnit(value, "s"));

    /// <summary>What makes a duration of a plain number of milliseconds, as OpenTelemetry's variables hold it.</summary>
    public static string? FromMilliseconds(string value) => WithUnit(value, "ms");

    // A number alone: 5m with an s behind it would be five milliseconds.
    private static string? WithUnit(string value, string unit) =>
        double.TryParse(value, PlainNumber, CultureInfo.InvariantCulture, out _) ? value + unit : null;
}
