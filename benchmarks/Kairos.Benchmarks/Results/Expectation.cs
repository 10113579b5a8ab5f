namespace Kairos.Benchmarks.Results;

/// <summary>What is known of a line before it is measured.</summary>
/// <param name="Name">The line's name.</param>
/// <param name="Limit">What it must keep, or null where it is only shown.</param>
internal sealed record Expectation(string Name, double? Limit = null)
{
    /// <summary>Whether more is better; the limit is a floor then.</summary>
    public bool MoreIsBetter { get; init; }

    /// <summary>A difference that is too small to mean anything, however large its share of a value near zero is.</summary>
    public double Slack { get; init; }

    /// <summary>Bytes: what allocated nothing must still allocate nothing.</summary>
    public static Expectation Bytes(string of, double? limit = null) => new(of + ".bytes", limit) { Slack = 0.5 };

    /// <summary>Whether a value keeps the limit; null where there is none.</summary>
    public bool? IsKept(double value) => Limit is not { } limit ? null : MoreIsBetter ? value >= limit : value <= limit;

    /// <summary>Whether a value is worse than an earlier one by more than a tenth.</summary>
    public bool IsWorse(double before, double now)
    {
        var loss = MoreIsBetter ? before - now : now - before;
        return loss > Slack && loss > Math.Abs(before) / 10;
    }

    /// <summary>The limit in words, for people.</summary>
    public override string ToString() => Limit is { } limit ? $"{(MoreIsBetter ? "at least" : "at most")} {ResultLine.Format(limit)}" : "no limit";
}
