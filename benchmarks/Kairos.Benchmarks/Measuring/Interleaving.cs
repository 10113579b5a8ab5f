using Kairos.Benchmarks.Results;

namespace Kairos.Benchmarks.Measuring;

/// <summary>
/// Times subjects in turns (A B A B …) of about a millisecond each, so that whatever else the machine does meets all of them alike.
/// </summary>
internal static class Interleaving
{
    private static readonly TimeSpan UsualRound = TimeSpan.FromMilliseconds(1);
    private static readonly TimeProvider Time = TimeProvider.System;
    private const int FewestRounds = 9;

    public static async Task<Timings> RunAsync(Pace pace, TimeSpan? round, params ISubject[] subjects)
    {
        var calls = await WarmUp.RunAsync(pace, round ?? UsualRound, subjects);
        var rounds = new List<double[]>();
        var begin = Time.GetTimestamp();
        while (rounds.Count < FewestRounds || Time.GetElapsedTime(begin) < pace.Rounds)
        {
            var times = new double[subjects.Length];
            for (var i = 0; i < subjects.Length; i++) times[i] = await NanosecondsAsync(subjects[i], calls[i]);
            rounds.Add(times);
        }

        return new Timings(rounds);
    }

    /// <summary>What one call of a round lasts.</summary>
    public static async Task<double> NanosecondsAsync(ISubject subject, int calls)
    {
        var begin = Time.GetTimestamp();
        await subject.RunAsync(calls);
        return Time.GetElapsedTime(begin).TotalNanoseconds / calls;
    }
}

/// <summary>The nanoseconds for each call: one row for each round, one column for each subject.</summary>
internal sealed record Timings(IReadOnlyList<double[]> Rounds)
{
    public double Nanoseconds(int subject) => Median.Of(Rounds.Select(times => times[subject]));

    /// <summary>What one subject takes of the time of another, each round by itself.</summary>
    public double Ratio(int subject, int other) => Median.Of(Rounds.Select(times => times[subject] / times[other]));

    /// <summary>What one subject takes more than another, each round by itself.</summary>
    public double Difference(int subject, int other) => Median.Of(Rounds.Select(times => times[subject] - times[other]));
}
