using Kairos.Benchmarks.Measuring;
using Kairos.Benchmarks.Results;

namespace Kairos.Benchmarks.Measurements;

/// <summary>Two subjects side by side, which is what most rows of the table are.</summary>
internal static class Compared
{
    private static readonly TimeSpan AllocatingFor = TimeSpan.FromMilliseconds(40);

    /// <summary>Gives the ratio and what ours allocates, and tells people the absolute figures of both.</summary>
    public static async Task<IReadOnlyList<ResultLine>> RunAsync(
        string name, Pace pace, TextWriter log, ISubject ours, ISubject theirs, TimeSpan? round = null)
    {
        var timings = await Interleaving.RunAsync(pace, round, ours, theirs);
        var bytes = await BytesAsync(ours, timings.Nanoseconds(0));
        var theirBytes = await BytesAsync(theirs, timings.Nanoseconds(1));
        await log.WriteLineAsync(
            $"{name}: ours {timings.Nanoseconds(0):n1} ns, {bytes:n0} B; theirs {timings.Nanoseconds(1):n1} ns, {theirBytes:n0} B; {timings.Rounds.Count} rounds");
        return [new ResultLine(name, timings.Ratio(0, 1)), new ResultLine(name + ".bytes", bytes, "B")];
    }

    /// <summary>Bytes for each call, to two digits: what is less is not the calls'.</summary>
    public static async Task<double> BytesAsync(ISubject subject, double nanoseconds)
    {
        var calls = (int)Math.Clamp(AllocatingFor.TotalNanoseconds / nanoseconds, 100, 1_000_000);
        return Math.Round(await Allocations.BytesAsync(subject, calls), 2);
    }
}
