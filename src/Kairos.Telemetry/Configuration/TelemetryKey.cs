using System.Globalization;
using Kairos.Configuration;
using Kairos.Telemetry.Otlp;

namespace Kairos.Telemetry.Configuration;

/// <summary>An environment variable that stands for a key, and how its text becomes the key's; null where it cannot.</summary>
/// <param name="Name">Its name; <c>*</c> stands for a signal's.</param>
/// <param name="Translate">Makes the key's text of the variable's.</param>
internal sealed record Variable(string Name, Func<string, string?>? Translate = null)
{
    private const NumberStyles PlainNumber = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;

    /// <summary>Whether it is one signal's own.</summary>
    public bool IsOfSignal => Name.Contains('*', StringComparison.Ordinal);

    public string NameFor(Signal signal) => Name.Replace("*", signal.ToWireName().ToUpperInvariant(), StringComparison.Ordinal);

    public string? ToText(string value) => Translate is null ? value : Translate(value);

    /// <summary>A variable that holds a plain number of seconds.</summary>
    public static Variable Seconds(string name) => Number(name, "s");

    /// <summary>What makes a duration of a plain number of milliseconds, as OpenTelemetry's variables hold it.</summary>
    public static string? FromMilliseconds(string value) => WithUnit(value, "ms");

    // A number alone: 5m with an s behind it would be five milliseconds.
    private static Variable Number(string name, string unit) => new(name, value => WithUnit(value, unit));

    private static string? WithUnit(string value, string unit) =>
        double.TryParse(value, PlainNumber, CultureInfo.InvariantCulture, out _) ? value + unit : null;
}

/// <summary>One key of telemetry: where it may be set, from the strongest place to the weakest.</summary>
/// <param name="Setting">The key below <c>kairos</c>, and its place in the options.</param>
/// <param name="Own">Kairos' own variable; beats file and code.</param>
/// <param name="Standard">OpenTelemetry's variables; beaten by file and code. The first that is set counts.</param>
internal sealed record TelemetryKey(Setting<TelemetryOptions> Setting, Variable Own, params Variable[] Standard)
{
    /// <summary>Whether a value, right or wrong, is one that must never be printed.</summary>
    public Func<string, bool> IsSecret { get; init; } = _ => false;

    /// <summary>Whether code wrote a value.</summary>
    public Func<TelemetryOptions, bool> IsWritten { get; init; } = options => Setting.Write(options) != Setting.Write(TelemetryOptions.Default);

    public string Printable(string value) => IsSecret(value) ? "***" : value;

    public string FullKey => $"{SettingsReader.Section}.{Setting.Key}";

    /// <summary>What is allowed, in the terms of the place: variables hold plain numbers where the key holds a duration.</summary>
    public string AllowedIn(string place) =>
        place.EndsWith("_SECONDS", StringComparison.Ordinal) ? "a number of seconds from 0.001 to 86400"
        : place.StartsWith("OTEL_", StringComparison.Ordinal) && Setting.Allowed.StartsWith("a duration", StringComparison.Ordinal)
            ? "a number of milliseconds from 1 to 86400000"
            : Setting.Allowed;
}
