using System.Diagnostics;
using Kairos.Benchmarks.Hosts;
using Kairos.Benchmarks.Measuring;
using Kairos.Benchmarks.Results;

namespace Kairos.Benchmarks.Measurements;

/// <summary>How long a process takes from its start to its first healthy snapshot.</summary>
internal static class Starts
{
    private static readonly TimeProvider Time = TimeProvider.System;

    public static IEnumerable<Measurement> All =>
    [
        new("start.vs-empty", "a host from its start to the first healthy snapshots / the same host without Kairos",
            [new("start.vs-empty", 1.25)], RunAsync) { Processes = 1 },
    ];

    private static async Task<IReadOnlyList<ResultLine>> RunAsync(Pace pace, TextWriter log)
    {
        var rounds = new List<(double With, double Without)>();
        await StartAsync(HostPrograms.Empty); // what the machine has to read from its disk it has read
        await StartAsync(HostPrograms.WithKairos);
        for (var i = 0; i < pace.Starts; i++)
            rounds.Add((await StartAsync(HostPrograms.WithKairos), await StartAsync(HostPrograms.Empty)));
        var (with, without) = (Median.Of(rounds.Select(round => round.With)), Median.Of(rounds.Select(round => round.Without)));
        await log.WriteLineAsync($"start.vs-empty: {with:n0} ms with Kairos, {without:n0} ms without");
        return [new ResultLine("start.vs-empty", Median.Of(rounds.Select(round => round.With / round.Without)))];
    }

    /// <summary>Starts a host and ends it; gives the milliseconds until it was there.</summary>
    private static async Task<double> StartAsync(string host)
    {
        var begin = Time.GetTimestamp();
        using var process = Process.Start(SelfProcess.Describe(host))!;
        try
        {
            if (await process.StandardOutput.ReadLineAsync() != HostPrograms.IsThere) throw new InvalidOperationException($"{host} did not start.");
            return Time.GetElapsedTime(begin).TotalMilliseconds;
        }
        finally
        {
            process.Kill(); // how it stops is not what is measured
            await process.WaitForExitAsync();
        }
    }
}
