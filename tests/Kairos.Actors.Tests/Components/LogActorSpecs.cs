using Kairos.Hosting;
using Kairos.Tests.Calls;
using Kairos.Tests.Hosting;

namespace Kairos.Tests.Components;

/// <summary>A logger is somebody else's code: whatever it does, calls are decided and counted.</summary>
public sealed class LogActorSpecs
{
    private const int Lines = 10; // of one component in a minute

    [Fact]
    public async Task A_logger_that_hangs_holds_up_neither_callers_nor_counters()
    {
        await using var host = await KairosHost.StartAsync(OnSystemTime("kairos.dispatcher.fixed-thread-pool.thread-count = 1"));
        using var free = new ManualResetEventSlim();
        var hangs = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Log.Meanwhile = () =>
        {
            hangs.TrySetResult();
            free.Wait(TimeSpan.FromSeconds(60));
        };

        try
        {
            await host.Kairos["llm"].FailAsync().AsTask().Soon();
            await hangs.Task.Soon(); // on the only thread that Kairos has
            for (var i = 2; i <= 20; i++)
            {
                await host.Kairos["llm"].FailAsync().AsTask().Soon();
                Assert.Equal(i, Counted(host));
            }

            Assert.Empty(host.Log.All);
        }
        finally
        {
            free.Set();
        }

        await host.Kairos.DrainAsync().Soon();
        Assert.Equal(Lines, host.Log.All.Count(line => line.Id == 12));
    }

    [Fact]
    public async Task A_logger_that_throws_costs_its_own_lines_and_nothing_else()
    {
        await using var host = await KairosHost.StartAsync(OnSystemTime());
        host.Log.Meanwhile = () => throw new InvalidOperationException("the logger fails");
        for (var i = 1; i <= 5; i++) await host.Kairos["llm"].FailAsync().AsTask().Soon();
        await host.Kairos.DrainAsync().Soon();

        host.Log.Meanwhile = () => { };
        for (var i = 1; i <= 3; i++) await host.Kairos["llm"].FailAsync().AsTask().Soon();
        await host.Kairos.DrainAsync().Soon();

        Assert.Equal(8, Counted(host));
        Assert.Equal(3, host.Log.All.Count(line => line.Id == 12));
        Assert.Null(((KairosInstance)host.Kairos).MetricsOf("metrics").Restarts);
    }

    private static KairosHostSetup OnSystemTime(string hocon = "") => new()
    {
        Hocon = hocon,
        Options = options =>
        {
            options.TimeProvider = TimeProvider.System;
            options.Defaults(c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 0 }, Call = c.Call with { Retry = c.Call.Retry with { MaxAttempts = 1 } } });
        },
    };

    private static long Counted(KairosHost host) =>
        ((KairosInstance)host.Kairos).MetricsOf("llm").Errors.Sum(series => series.Measure().Value);
}
