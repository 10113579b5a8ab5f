using Kairos.Benchmarks.Measuring;
using Kairos.Benchmarks.Results;
using Kairos.Benchmarks.Subjects;

namespace Kairos.Benchmarks.Measurements;

/// <summary>What many components cost: memory, an export, and the processor while nothing happens.</summary>
internal static class Components
{
    private const int Some = 1_000;
    private const int Many = 10_000;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(0.5);
    private static readonly TimeProvider Time = TimeProvider.System;

    public static IEnumerable<Measurement> All =>
    [
        new("component.bytes", "memory of one more component that has had calls and errors; of one that has only had calls",
            [new("component.bytes", 4608) { Slack = 50 }, new("component.quiet", 4608) { Slack = 50 }], BytesAsync) { Processes = 1 },
        new("components.collect", "one export of 10,000 components, all metrics; one of them there / among 1,000; the SDK alone with as many series",
            [
                new("components.collect", 50) { Slack = 2 },
                new("components.growth", 1.1) { Slack = 0.2 },
                new("components.floor") { Slack = 2 },
                new("components.floor-growth") { Slack = 0.2 },
            ],
            CollectAsync) { Processes = 1 },
        new("idle.cpu", "of one core, with 1,000 components and nothing to do", [new("idle.cpu", 0.5) { Slack = 0.1 }], IdleAsync) { Processes = 1 },
        new("idle.window", "of one core, with 2,000 components that have a ratio rule over a second and nothing to do",
            [new("idle.window", 0.5) { Slack = 0.1 }], IdleWindowAsync) { Processes = 1 },
    ];

    private static async Task<IReadOnlyList<ResultLine>> BytesAsync(Pace pace, TextWriter log)
    {
        await using var components = await ManyComponents.StartAsync();
        await components.UseAsync("warm", Some, ManyComponents.FailAsync); // what is made once is there
        var none = Heap();
        await components.UseAsync("quiet", Many, ManyComponents.CallAsync);
        var quiet = Heap();
        await components.UseAsync("used", Many, ManyComponents.FailAsync);
        var used = Heap();
        return
        [
            new ResultLine("component.bytes", Math.Round((used - quiet) / (double)Many), "B"),
            new ResultLine("component.quiet", Math.Round((quiet - none) / (double)Many), "B"),
        ];
    }

    private static async Task<IReadOnlyList<ResultLine>> CollectAsync(Pace pace, TextWriter log)
    {
        var patient = pace with { WarmUpAtMost = TimeSpan.FromSeconds(4) }; // an export is long, and is compiled only after many
        await using var components = await ManyComponents.StartAsync();
        components.Listen();
        await components.UseAsync("c", Some, ManyComponents.FailAsync);
        var some = await MillisecondsAsync(patient, components.Collect, new PreparedSeries(Some));
        await components.UseAsync("d", Many - Some, ManyComponents.FailAsync);
        var many = await MillisecondsAsync(patient, components.Collect, new PreparedSeries(Many));
        await log.WriteLineAsync($"components.collect: {components.Series:n0} series in {many.Ours:n1} ms, the SDK alone takes {many.Floor:n1} ms");
        return
        [
            new ResultLine("components.collect", many.Ours, "ms"),
            new ResultLine("components.growth", many.Ours / Many / (some.Ours / Some)),
            new ResultLine("components.floor", many.Floor, "ms"),
            new ResultLine("components.floor-growth", many.Floor / Many / (some.Floor / Some)),
        ];
    }

    private static async Task<IReadOnlyList<ResultLine>> IdleAsync(Pace pace, TextWriter log)
    {
        await using var components = await ManyComponents.StartAsync();
        components.Listen();
        await components.UseAsync("c", Some, ManyComponents.FailAsync);
        components.Collect();
        GC.Collect();
        for (var i = 0; i < 10 && await BusyAsync(Settling) > 2; i++) await log.WriteLineAsync("idle.cpu: not idle yet");
        return [new ResultLine("idle.cpu", await BusyAsync(pace.Idle), "%")];
    }

    private static async Task<IReadOnlyList<ResultLine>> IdleWindowAsync(Pace pace, TextWriter log)
    {
        await using var components = await ManyComponents.StartAsync(c => c with
        {
            Breaker = c.Breaker with { FailureRatio = 0.5, Window = TimeSpan.FromSeconds(1) },
        });
        components.Listen();
        await components.UseAsync("c", 2 * Some, ManyComponents.CallAsync);
        components.Collect();
        GC.Collect();
        for (var i = 0; i < 10 && await BusyAsync(Settling) > 2; i++) await log.WriteLineAsync("idle.window: not idle yet");
        return [new ResultLine("idle.window", await BusyAsync(pace.Idle), "%")];
    }

    /// <summary>The share of a core, in percent, that the process takes while nobody does anything.</summary>
    private static async Task<double> BusyAsync(TimeSpan duration)
    {
        var (begin, before) = (Time.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await Task.Delay(duration);
        return 100 * (Environment.CpuUsage.TotalTime - before) / Time.GetElapsedTime(begin);
    }

    /// <summary>The milliseconds of one export, in turns with one that lies ready, once the series are there and the code is compiled.</summary>
    private static async Task<(double Ours, double Floor)> MillisecondsAsync(Pace pace, Action collect, PreparedSeries prepared)
    {
        using (prepared)
        {
            var timings = await Interleaving.RunAsync(pace, TimeSpan.FromMilliseconds(1), new Collecting(collect), new Collecting(prepared.Collect));
            return (timings.Nanoseconds(0) / 1e6, timings.Nanoseconds(1) / 1e6);
        }
    }

    private sealed class Collecting(Action collect) : ISubject
    {
        public Task RunAsync(int calls)
        {
            for (var i = 0; i < calls; i++) collect();
            return Task.CompletedTask;
        }
    }

    private static long Heap()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
