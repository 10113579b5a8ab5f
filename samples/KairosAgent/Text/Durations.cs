using System.Globalization;

namespace KairosAgent.Text;

/// <summary>Durations as a configuration has them: a number and its unit. Without a unit nobody could tell milliseconds from seconds.</summary>
internal static class Durations
{
    private static readonly (string Unit, double Milliseconds)[] Units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];

    public static bool TryRead(string text, out TimeSpan value)
    {
        value = default;
        var digits = text.TrimEnd("abcdefghijklmnopqrstuvwxyz".ToCharArray());
        var factor = Array.Find(Units, candidate => candidate.Unit == text[digits.Length..]).Milliseconds;
        if (factor == 0 || !double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number))
            return false;
        if (number * factor > TimeSpan.FromDays(365).TotalMilliseconds) return false;
        value = TimeSpan.FromMilliseconds(number * factor);
        return true;
    }

    /// <summary>In seconds where it is so many, else in milliseconds.</summary>
    public static string Write(TimeSpan value) => value.TotalMilliseconds % 1000 == 0
        ? value.TotalSeconds.ToString("0", CultureInfo.InvariantCulture) + "s"
        : value.TotalMilliseconds.ToString("0.####", CultureInfo.InvariantCulture) + "ms";
}
