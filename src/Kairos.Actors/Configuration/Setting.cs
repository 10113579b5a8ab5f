using System.Globalization;

namespace Kairos.Configuration;

/// <summary>What kind of value a key holds.</summary>
internal enum SettingKind
{
    Text,
    Whole,
    Number,
    Duration,
    Truth,
    Choice,
}

/// <summary>
/// One key of the configuration: what is allowed, and the variables that stand for it. The same table serves HOCON, .NET's configuration,
/// environment variables, what code sets, what is printed, and the JSON schema. Immutable and thread-safe.
/// </summary>
/// <param name="Key">The key, relative to the section, for example <c>breaker.window</c>.</param>
/// <param name="Kind">What kind of value it holds.</param>
/// <param name="Allowed">What is allowed, in words.</param>
internal abstract record Setting(string Key, SettingKind Kind, string Allowed)
{
    /// <summary>The words that are allowed: all that are, or those beside a number or a duration.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>The least and the most that a number may be.</summary>
    public (double Min, double Max) Range { get; init; }

    /// <summary>OpenTelemetry's variables: beneath code and files. The first that is set counts.</summary>
    public IReadOnlyList<Variable> Standard { get; init; } = [];

    /// <summary>Whether a value, right or wrong, is one that must never be printed.</summary>
    public Func<string, bool> IsSecret { get; init; } = _ => false;

    public string FullKey => $"{SettingsReader.Section}.{Key}";

    public string Printable(string value) => IsSecret(value) ? "***" : value;

    /// <summary>What is allowed, in the terms of the source: variables hold plain numbers where the key holds a duration.</summary>
    public string AllowedIn(string source) =>
        source.EndsWith("_SECONDS", StringComparison.Ordinal) ? "a number of seconds from 0.001 to 86400"
        : source.StartsWith("OTEL_", StringComparison.Ordinal) && Kind == SettingKind.Duration ? "a number of milliseconds from 1 to 86400000"
        : Allowed;

    public static Setting<T> Int<T>(string key, int min, int max, Func<T, int> get, Func<T, int, T> set)
    {
        var setting = new Setting<T>(
            key,
            SettingKind.Whole,
            $"a whole number from {min} to {max}",
            text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
                ? holder => set(holder, value)
                : null,
            holder => get(holder).ToString(CultureInfo.InvariantCulture),
            (from, to) => set(to, get(from)));
        return setting with { Range = (min, max) };
    }

    public static Setting<T> Number<T>(string key, double min, double max, Func<T, double> get, Func<T, double, T> set)
    {
        var setting = new Setting<T>(
            key,
            SettingKind.Number,
            string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"),
            text => TryParseNumber(text, min, max, out var value) ? holder => set(holder, value) : null,
            holder => get(holder).ToString("0.0##############", CultureInfo.InvariantCulture),
            (from, to) => set(to, get(from)));
        return setting with { Range = (min, max) };
    }

    /// <summary>A number that is exact, as money is.</summary>
    public static Setting<T> Decimal<T>(string key, decimal min, decimal max, Func<T, decimal> get, Func<T, decimal, T> set)
    {
        var setting = new Setting<T>(
            key,
            SettingKind.Number,
            string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"),
            text => decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                && value >= min && value <= max
                ? holder => set(holder, value)
                : null,
            holder => get(holder).ToString("0.0###########################", CultureInfo.InvariantCulture),
            (from, to) => set(to, get(from)));
        return setting with { Range = ((double)min, (double)max) };
    }

    /// <summary>A whole number, or a word for a value that is none of them.</summary>
    public static Setting<T> IntOr<T>(string key, int min, int max, (string Name, int Value) word, Func<T, int> get, Func<T, int, T> set)
    {
        var number = Int(key, min, max, get, set);
        return number with
        {
            Allowed = $"{number.Allowed}, or {word.Name}",
            Words = [word.Name],
            Read = text => text == word.Name ? holder => set(holder, word.Value) : number.Read(text),
            Write = holder => get(holder) == word.Value ? word.Name : number.Write(holder),
        };
    }

    /// <summary>A number for which one value has a name of its own.</summary>
    public static Setting<T> NumberOr<T>(
        string key, double min, double max, (string Name, double Value) word, Func<T, double> get, Func<T, double, T> set)
    {
        var number = Number(key, min, max, get, set);
        return number with
        {
            Allowed = $"{number.Allowed}, or {word.Name}",
            Words = [word.Name],
            Read = text => text == word.Name ? holder => set(holder, word.Value) : number.Read(text),
            Write = holder => get(holder) == word.Value ? word.Name : number.Write(holder),
        };
    }

    public static Setting<T> Duration<T>(
        string key, TimeSpan min, TimeSpan max, Func<T, TimeSpan> get, Func<T, TimeSpan, T> set, bool infinite = false)
    {
        var setting = new Setting<T>(
            key,
            SettingKind.Duration,
            $"a duration with its unit (ms, s, m, h, d) from {Durations.Write(min)} to {Durations.Write(max)}" + (infinite ? ", or infinite" : ""),
            text => Durations.TryRead(text, out var value)
                    && (value == Timeout.InfiniteTimeSpan ? infinite : value >= min && value <= max)
                ? holder => set(holder, value)
                : null,
            holder => Durations.Write(get(holder)),
            (from, to) => set(to, get(from)));
        return setting with { Words = infinite ? ["infinite"] : [] };
    }

    public static Setting<T> Bool<T>(string key, Func<T, bool> get, Func<T, bool, T> set) => new(
        key,
        SettingKind.Truth,
        "true or false",
        text => Booleans.TryRead(text, out var value) ? holder => set(holder, value) : null,
        holder => get(holder) ? "true" : "false",
        (from, to) => set(to, get(from)));

    /// <summary>One of a few words.</summary>
    public static Setting<T> Choice<T, TValue>(
        string key, IReadOnlyDictionary<string, TValue> words, Func<T, TValue> get, Func<T, TValue, T> set)
    {
        var setting = new Setting<T>(
            key,
            SettingKind.Choice,
            string.Join(" or ", words.Keys),
            text => words.TryGetValue(text, out var value) ? holder => set(holder, value) : null,
            holder => words.FirstOrDefault(word => EqualityComparer<TValue>.Default.Equals(word.Value, get(holder))).Key ?? $"{get(holder)}",
            (from, to) => set(to, get(from)));
        return setting with { Words = [.. words.Keys] };
    }

    public static Setting<T> Text<T>(string key, string allowed, Func<string, bool> isAllowed, Func<T, string> get, Func<T, string, T> set) =>
        new(key, SettingKind.Text, allowed, text => isAllowed(text) ? holder => set(holder, text) : null, get, (from, to) => set(to, get(from)));

    private static bool TryParseNumber(string text, double min, double max, out double value) =>
        double.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value)
        && value >= min && value <= max;
}

/// <summary>A key and its place in the record that holds the values. Immutable and thread-safe.</summary>
/// <typeparam name="T">The record that holds the value.</typeparam>
/// <param name="Key">The key, relative to the section.</param>
/// <param name="Kind">What kind of value it holds.</param>
/// <param name="Allowed">What is allowed, in words.</param>
/// <param name="Read">Makes the change that a text stands for, or null where the text is not allowed.</param>
/// <param name="Write">The value as text.</param>
/// <param name="Copy">Gives the second holder the value of the first.</param>
internal sealed record Setting<T>(
    string Key, SettingKind Kind, string Allowed, Func<string, Func<T, T>?> Read, Func<T, string> Write, Func<T, T, T> Copy) : Setting(Key, Kind, Allowed)
{
    /// <summary>The same key for a record that holds the record.</summary>
    public Setting<TOuter> Within<TOuter>(string section, Func<TOuter, T> get, Func<TOuter, T, TOuter> set)
    {
        var outer = new Setting<TOuter>(
            $"{section}.{Key}",
            Kind,
            Allowed,
            text => Read(text) is { } change ? holder => set(holder, change(get(holder))) : null,
            holder => Write(get(holder)),
            (from, to) => set(to, Copy(get(from), get(to))));
        return outer with { Words = Words, Range = Range, Standard = Standard, IsSecret = IsSecret };
    }
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
