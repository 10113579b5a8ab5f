namespace Kairos.Breaking;

/// <summary>Calls, and how many of them failed or were slow.</summary>
internal readonly record struct Tally(long Calls, long Failures, long Slow)
{
    public static Tally operator +(Tally a, Tally b) => new(a.Calls + b.Calls, a.Failures + b.Failures, a.Slow + b.Slow);

    public static Tally operator -(Tally a, Tally b) => new(a.Calls - b.Calls, a.Failures - b.Failures, a.Slow - b.Slow);
}
