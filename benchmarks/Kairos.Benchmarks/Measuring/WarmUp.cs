using System.Runtime;

namespace Kairos.Benchmarks.Measuring;

/// <summary>
/// Runs subjects until the runtime has stopped compiling them (first without optimization, then with counters in them, then by what was
/// counted), and finds out how many calls fill a round.
/// </summary>
internal static class WarmUp
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300); // it waits for 100 ms without new code before each step
    private static readonly TimeProvider Time = TimeProvider.System;
    private const int MostCalls = 1_000_000;

    public static async Task<int[]> RunAsync(Pace pace, TimeSpan round, IReadOnlyList<ISubject> subjects)
    {
        var calls = subjects.Select(_ => 1).ToArray();
        var begin = Time.GetTimestamp();
        var (compiled, since) = (JitInfo.GetCompiledMethodCount(), Time.GetTimestamp());
        while (Time.GetElapsedTime(begin) < pace.WarmUpAtMost && Time.GetElapsedTime(since) < Quiet)
        {
            for (var i = 0; i < subjects.Count; i++) calls[i] = await FillAsync(subjects[i], calls[i], round);
            var now = JitInfo.GetCompiledMethodCount();
            if (now != compiled) (compiled, since) = (now, Time.GetTimestamp());
        }

        return calls;
    }

    /// <summary>Runs rounds until one of them is filled, and says how many calls that takes. What is slow while it is compiled takes fewer.</summary>
    private static async Task<int> FillAsync(ISubject subject, int calls, TimeSpan round)
    {
        var least = Math.Max(1, calls / 2); // one slow round says little
        while (true)
        {
            var nanoseconds = await Interleaving.NanosecondsAsync(subject, calls);
            var filling = (int)Math.Clamp(round.TotalNanoseconds / Math.Max(nanoseconds, 1), least, MostCalls);
            if (filling <= calls * 2) return filling;
            calls *= 2;
        }
    }
}
