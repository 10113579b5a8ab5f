using System.Globalization;

namespace Kairos.Configuration;

/// <summary>
/// One key of the configuration, and its place in the record that holds the values: how its text is read, what is allowed, and how the
/// value is written back. Immutable and thread-safe.
/// </summary>
/// <typeparam name="T">The record that holds the value.</typeparam>
/// <param name="Key">The key, relative to the section, for example <c>breaker.window</c>.</param>
/// <param name="Allowed">What is allowed, in words.</param>
/// <param name="Read">Makes the change that a text stands for, or null where the text is not allowed.</param>
/// <param name="Write">The value as text.</param>
internal sealed record Setting<T>(string Key, string Allowed, Func<string, Func<T, T>?> Read, Func<T, string> Write);

/// <summary>Makes settings of each type of value.</summary>
internal static class Setting
{
    public static Setting<T> Int<T>(string key, int min, int max, Func<T, int> get, Func<T, int, T> set) => new(
        key,
        $"a whole number from {min} to {max}",
        text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? holder => set(holder, value)
            : null,
        holder => get(holder).ToString(CultureInfo.InvariantCulture));

    public static Setting<T> Number<T>(string key, double min, double max, Func<T, double> get, Func<T, double, T> set) => new(
        key,
        string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"),
        text => TryParseNumber(text, min, max, out var value) ? holder => set(holder, value) : null,
        holder => get(holder).ToString("0.0##############", CultureInfo.InvariantCulture));

    /// <summary>A number for which one value has a name of its own.</summary>
    public static Setting<T> NumberOr<T>(
        string key, double min, double max, (string Name, double Value) word, Func<T, double> get, Func<T, double, T> set)
    {
        var number = Number(key, min, max, get, set);
        return number with
        {
            Allowed = $"{number.Allowed}, or {word.Name}",
            Read = text => text == word.Name ? holder => set(holder, word.Value) : number.Read(text),
            Write = holder => get(holder) == word.Value ? word.Name : number.Write(holder),
        };
    }

    public static Setting<T> Duration<T>(
        string key, TimeSpan min, TimeSpan max, Func<T, TimeSpan> get, Func<T, TimeSpan, T> set, bool infinite = false) => new(
        key,
        $"a duration with its unit (ms, s, m, h, d) from {Durations.Write(min)} to {Durations.Write(max)}" + (infinite ? ", or infinite" : ""),
        text => Durations.TryRead(text, out var value)
                && (value == Timeout.InfiniteTimeSpan ? infinite : value >= min && value <= max)
            ? holder => set(holder, value)
            : null,
        holder => Durations.Write(get(holder)));

    public static Setting<T> Bool<T>(string key, Func<T, bool> get, Func<T, bool, T> set) => new(
        key,
        "true or false",
        text => Booleans.TryRead(text, out var value) ? holder => set(holder, value) : null,
        holder => get(holder) ? "true" : "false");

    /// <summary>One of a few words.</summary>
    public static Setting<T> Choice<T, TValue>(
        string key, IReadOnlyDictionary<string, TValue> words, Func<T, TValue> get, Func<T, TValue, T> set) => new(
        key,
        string.Join(" or ", words.Keys),
        text => words.TryGetValue(text, out var value) ? holder => set(holder, value) : null,
        holder => words.FirstOrDefault(word => EqualityComparer<TValue>.Default.Equals(word.Value, get(holder))).Key ?? $"{get(holder)}");

    private static bool TryParseNumber(string text, double min, double max, out double value) =>
        double.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value)
        && value >= min && value <= max;
}

/// <summary>Truth values as the configuration writes them: <c>true</c>, <c>on</c>, <c>yes</c> and their opposites.</summary>
internal static class Booleans
{
    public static bool TryRead(string text, out bool value)
    {
        value = text is "true" or "on" or "yes";
        return value || text is "false" or "off" or "no";
    }
}
