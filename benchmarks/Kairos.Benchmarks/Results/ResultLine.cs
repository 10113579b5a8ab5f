using System.Globalization;

namespace Kairos.Benchmarks.Results;

/// <summary>
/// One line of the output: <c>ratio NAME VALUE</c>, ours divided by theirs, or <c>figure NAME VALUE UNIT</c>. It reads back what it writes.
/// </summary>
/// <param name="Name">What was measured; no blanks in it.</param>
/// <param name="Value">The value.</param>
/// <param name="Unit">The unit of a figure; null for a ratio.</param>
internal sealed record ResultLine(string Name, double Value, string? Unit = null)
{
    private const string RatioWord = "ratio";
    private const string FigureWord = "figure";

    /// <summary>Reads a line; anything else is null, because a result may stand among other things that people kept with it.</summary>
    public static ResultLine? TryParse(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) switch
    {
        [RatioWord, var name, var number] when ValueOf(number) is { } value => new ResultLine(name, value),
        [FigureWord, var name, var number, var unit] when ValueOf(number) is { } value => new ResultLine(name, value, unit),
        _ => null,
    };

    public override string ToString() => Unit is null
        ? $"{RatioWord} {Name} {Format(Value)}"
        : $"{FigureWord} {Name} {Format(Value)} {Unit}";

    /// <summary>A value with four significant digits, never with an exponent.</summary>
    public static string Format(double value)
    {
        if (!double.IsFinite(value)) return value.ToString(CultureInfo.InvariantCulture);
        var digits = value == 0 ? 0 : Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 6);
        return Math.Round(value, digits).ToString("0.######", CultureInfo.InvariantCulture);
    }

    private static double? ValueOf(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;
}
