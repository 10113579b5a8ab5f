using Kairos.Benchmarks.Measuring;
using Kairos.Benchmarks.Results;
using Kairos.Benchmarks.Subjects;

namespace Kairos.Benchmarks.Measurements;

/// <summary>What is told by message: from the message to the counter.</summary>
internal static class Reports
{
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(40);

    private const long NotTheirs = 1 << 20; // compiled code and pools grow as well, but once

    public static IEnumerable<Measurement> All =>
    [
        new("report.vs-tell", "throughput of reports, from message to counter / of raw Tells to one actor",
            [new("report.vs-tell", 0.2) { MoreIsBetter = true }, new("report.floor") { MoreIsBetter = true }, Expectation.Bytes("report.vs-tell")],
            AgainstTellAsync),
        new("report.throughput", "sustained, and what the heap keeps of each report",
            [new("report.throughput") { MoreIsBetter = true }, new("report.growth", 1) { Slack = 1 }], ThroughputAsync) { Processes = 1 },
    ];

    private static async Task<IReadOnlyList<ResultLine>> AgainstTellAsync(Pace pace, TextWriter log)
    {
        await using var world = await GuardedWorld.StartAsync(GuardedWorld.PatientBreaker);
        using var listening = Listening.Start();
        var ours = new Reporting(world.Kairos);
        var timings = await Interleaving.RunAsync(pace, Round, ours, new Telling(world.Actors), new Publishing(world.Actors));
        var bytes = await Compared.BytesAsync(ours, timings.Nanoseconds(0));
        await log.WriteLineAsync(
            $"report.vs-tell: ours {timings.Nanoseconds(0):n1} ns, {bytes:n0} B; a Tell {timings.Nanoseconds(1):n1} ns; the floor {timings.Nanoseconds(2):n1} ns");
        return
        [
            new ResultLine("report.vs-tell", timings.Ratio(1, 0)),
            new ResultLine("report.floor", timings.Ratio(1, 2)),
            new ResultLine("report.vs-tell.bytes", bytes, "B"),
        ];
    }

    private static async Task<IReadOnlyList<ResultLine>> ThroughputAsync(Pace pace, TextWriter log)
    {
        await using var world = await GuardedWorld.StartAsync(GuardedWorld.PatientBreaker);
        using var listening = Listening.Start();
        var stream = new ReportStream(world.Kairos);
        await stream.RunAsync(pace.Rounds);
        var (reports, heap) = (stream.Reports, GC.GetTotalMemory(forceFullCollection: true));
        var elapsed = await stream.RunAsync(pace.Rounds * 2);
        reports = stream.Reports - reports;
        var growth = Math.Max(0, GC.GetTotalMemory(forceFullCollection: true) - heap - NotTheirs) / (double)reports;
        await log.WriteLineAsync($"report.throughput: {reports:n0} reports in {elapsed.TotalSeconds:n1} s, the heap grew by {growth:n3} B for each");
        return
        [
            new ResultLine("report.throughput", Math.Round(reports / elapsed.TotalSeconds), "reports/s"),
            new ResultLine("report.growth", Math.Round(growth, 2), "B"),
        ];
    }
}
