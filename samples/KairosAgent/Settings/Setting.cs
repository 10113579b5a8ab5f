using System.Globalization;
using KairosAgent.Text;

namespace KairosAgent.Settings;

/// <summary>One key of the configuration, and its place in the record that holds the values. Immutable.</summary>
/// <param name="Key">The key, beneath its section.</param>
/// <param name="Allowed">What is allowed, in words.</param>
/// <param name="Read">Makes the change that a text stands for, or null where the text is not allowed.</param>
/// <param name="Write">The value as text; empty for none.</param>
internal sealed record Setting<T>(string Key, string Allowed, Func<string, Func<T, T>?> Read, Func<T, string> Write)
{
    /// <summary>The variable that beats the file; empty for none.</summary>
    public string Variable { get; init; } = "";

    /// <summary>Whether a value, right or wrong, may hold what must not be printed.</summary>
    public Func<string, bool> MayBeSecret { get; init; } = _ => false;

    public string Printable(string value) => MayBeSecret(value) ? "***" : value;
}

/// <summary>Makes settings of each type of value.</summary>
internal static class Setting
{
    public static Setting<T> Text<T>(string key, string allowed, Func<string, bool> isAllowed, Func<T, string> get, Func<T, string, T> set) =>
        new(key, allowed, text => isAllowed(text) ? options => set(options, text) : null, get);

    public static Setting<T> Int<T>(string key, int min, int max, Func<T, int> get, Func<T, int, T> set) => new(
        key,
        $"a whole number from {min} to {max}",
        text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? options => set(options, value) : null,
        options => get(options).ToString(CultureInfo.InvariantCulture));

    public static Setting<T> Number<T>(string key, double min, double max, Func<T, double> get, Func<T, double, T> set) => new(
        key,
        string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"),
        text => double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value >= min && value <= max ? options => set(options, value) : null,
        options => get(options).ToString("0.0##############", CultureInfo.InvariantCulture));

    public static Setting<T> Duration<T>(string key, TimeSpan min, TimeSpan max, Func<T, TimeSpan> get, Func<T, TimeSpan, T> set) => new(
        key,
        $"a duration with its unit (ms, s, m, h) from {Durations.Write(min)} to {Durations.Write(max)}",
        text => Durations.TryRead(text, out var value) && value >= min && value <= max ? options => set(options, value) : null,
        options => Durations.Write(get(options)));

    public static Setting<T> Bool<T>(string key, Func<T, bool> get, Func<T, bool, T> set) => new(
        key,
        "true or false",
        text => text is "true" or "on" or "yes" or "false" or "off" or "no" ? options => set(options, text is "true" or "on" or "yes") : null,
        options => get(options) ? "true" : "false");
}
