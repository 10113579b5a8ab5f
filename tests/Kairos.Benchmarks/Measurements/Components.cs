using Kairos.Benchmarks.Measuring;
using Kairos.Benchmarks.Results;
using Kairos.Benchmarks.Subjects;

namespace Kairos.Benchmarks.Measurements;

/// <summary>What many components cost: memory, an export, and the processor while nothing happens.</summary>
internal static class Components
{
    private const int Some = 1_000;
    private const int Many = 10_000;
    private const int Collections = 15;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(0.5);
    private static readonly TimeProvider Time = TimeProvider.System;

    public static IEnumerable<Measurement> All =>
    [
        new("component.bytes", "memory of one more component that has had calls and errors; of one that has only had calls",
            [new("component.bytes", 4096) { Slack = 50 }, new("component.quiet", 4096) { Slack = 50 }], BytesAsync) { Processes = 1 },
        new("components.collect", "one export of 10,000 components, all metrics; what one of them costs there / among 1,000",
            [new("components.collect", 50) { Slack = 2 }, new("components.growth", 1.1) { Slack = 0.1 }], CollectAsync) { Processes = 1 },
        new("idle.cpu", "of one core, with 1,000 components and nothing to do", [new("idle.cpu", 0.5) { Slack = 0.1 }], IdleAsync) { Processes = 1 },
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
        await using var components = await ManyComponents.StartAsync();
        components.Listen();
        await components.UseAsync("c", Some, ManyComponents.FailAsync);
        var some = await CollectAsync(components, pace);
        await components.UseAsync("d", Many - Some, ManyComponents.FailAsync);
        var many = await CollectAsync(components, pace);
        await log.WriteLineAsync($"components.collect: {components.Series:n0} series in {many:n1} ms; 1,000 components in {some:n2} ms");
        return [new ResultLine("components.collect", many, "ms"), new ResultLine("components.growth", many / Many / (some / Some))];
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

    /// <summary>The share of a core, in percent, that the process takes while nobody does anything.</summary>
    private static async Task<double> BusyAsync(TimeSpan duration)
    {
        var (begin, before) = (Time.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await Task.Delay(duration);
        return 100 * (Environment.CpuUsage.TotalTime - before) / Time.GetElapsedTime(begin);
    }

    /// <summary>The milliseconds of one export, once the series are there and the code is compiled.</summary>
    private static async Task<double> CollectAsync(ManyComponents components, Pace pace)
    {
        await WarmUp.RunAsync(pace, TimeSpan.FromMilliseconds(1), [new Collecting(components)]);
        var times = new List<double>();
        for (var i = 0; i < Collections; i++) times.Add(await Interleaving.NanosecondsAsync(new Collecting(components), 1) / 1e6);
        return Median.Of(times);
    }

    private sealed class Collecting(ManyComponents components) : ISubject
    {
        public Task RunAsync(int calls)
        {
            for (var i = 0; i < calls; i++) components.Collect();
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
