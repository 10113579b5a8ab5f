using Kairos.Tests.Calls;
using Xunit.Abstractions;

namespace Kairos.Tests.Architecture;

/// <summary>How many files of the library one has to read to follow a call.</summary>
public sealed class WalkTests(ITestOutputHelper output)
{
    private const int MostFiles = 34;

    [Fact]
    public async Task A_failing_call_runs_through_fewer_than_35_files()
    {
        var files = await new Footprints().RunAsync(typeof(WalkTests), nameof(FailAsync));

        foreach (var file in files) output.WriteLine(file);
        Assert.Contains("Breaker.cs", files); // it has been watched at all
        Assert.Contains("MetricsActor.cs", files);
        Assert.True(files.Count <= MostFiles, $"{files.Count} files: {string.Join(' ', files)}");
    }

    internal static async Task<IReadOnlyList<string>> FailAsync(Action forget, Func<IReadOnlyList<string>> names)
    {
        var system = await GuardedSystem.StartAsync(TimeProvider.System, c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 1000 } });
        for (var i = 0; i < 50; i++) await CallAsync(system.Llm);
        IReadOnlyList<string> walked = [];
        for (var i = 0; i < 10 && (i == 0 || walked.Contains("FixedThreadPool.cs")); i++) // on a busy machine another thread may have come first
        {
            await system.SettleAsync();
            forget();
            await CallAsync(system.Llm);
            walked = await AllAsync(names);
        }

        await system.DisposeAsync();
        system.Kairos.FallSilent(); // nobody of its kind will begin after it
        return walked;
    }

    /// <summary>All names, once there come no more: the counters are written behind the caller's back.</summary>
    private static async Task<IReadOnlyList<string>> AllAsync(Func<IReadOnlyList<string>> names)
    {
        var before = 0;
        while (names().Count is var count && (count > before || !names().Contains("MetricsActor.cs")))
        {
            before = count;
            await Task.Delay(200);
        }

        return names();
    }

    private static async Task CallAsync(ComponentGuard guard) =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => guard.ExecuteAsync<int, int>(static (_, _) => throw new InvalidOperationException("broken"), 0).AsTask());
}
