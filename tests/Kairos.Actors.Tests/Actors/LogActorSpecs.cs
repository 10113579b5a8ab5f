using Kairos.Hosting;
using Kairos.Tests.Calls;
using Kairos.Tests.Hosting;

namespace Kairos.Tests.Actors;

/// <summary>A logger is somebody else's code: whatever it does, calls are decided and counted.</summary>
public sealed class LogActorSpecs
{
    private const int Lines = 10; // of one component in a minute

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_logger_that_hangs_holds_up_neither_callers_nor_counters(bool whenAsked)
    {
        await using var host = await KairosHost.StartAsync(OnSystemTime("kairos.dispatcher.fixed-thread-pool.thread-count = 1"));
        using var free = new ManualResetEventSlim();
        var hangs = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Hang()
        {
            hangs.TrySetResult();
            free.Wait(TimeSpan.FromSeconds(60));
        }

        if (whenAsked) host.Log.WhenAsked = Hang;
        else host.Log.Meanwhile = Hang;

        try
        {
            await host.Kairos["llm"].FailAsync().AsTask().Soon();
            await hangs.Task.Soon(); // not on the only thread that Kairos has
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
    public async Task What_waits_for_a_logger_that_hangs_is_bounded_and_what_was_dropped_is_told()
    {
        await using var host = await KairosHost.StartAsync(OnSystemTime());
        await host.Kairos.DrainAsync().Soon(); // order is promised to components that exist
        using var free = new ManualResetEventSlim();
        host.Log.Meanwhile = () => free.Wait(TimeSpan.FromSeconds(60));
        var llm = host.Kairos["llm"];
        for (var i = 0; i < 2_000; i++)
        {
            llm.Isolate(); // each of the two is a line
            llm.Reset();
        }

        await host.Kairos.DrainAsync().Soon(); // waits a second for the log, and goes on
        Assert.Equal(4_000, llm.Snapshot!.Sequence);
        free.Set();
        for (var i = 0; i < 100 && !host.Log.All.Any(line => line.Id == 7); i++) await host.Kairos.DrainAsync().Soon();

        Assert.Contains(host.Log.All, line => line.Id == 7);
        Assert.InRange(host.Log.All.Count(line => line.Id is 10 or 11), 1000, 4_000);
    }

    [Fact]
    public async Task A_log_that_somebody_kills_loses_no_line_and_counts_none_as_lost()
    {
        await using var host = await KairosHost.StartAsync(OnSystemTime());
        await host.Kairos.DrainAsync().Soon();
        using var free = new ManualResetEventSlim();
        host.Log.Meanwhile = () => free.Wait(TimeSpan.FromSeconds(60));
        var llm = host.Kairos["llm"];
        llm.Isolate();
        await llm.GetSnapshotAsync().Soon();
        ((KairosInstance)host.Kairos).Log.Tell(Akka.Actor.Kill.Instance, Akka.Actor.ActorRefs.NoSender);
        llm.Reset();
        await host.Kairos.DrainAsync().Soon(); // waits a second for the log, and goes on
        free.Set();
        await host.Kairos.DrainAsync().Soon();

        Assert.Equal(["closed -> open", "open -> closed"], host.Log.All.Where(line => line.Id == 10).Select(line => line.Text.Split(' ')[2..5]).Select(words => string.Join(' ', words)));
        Assert.DoesNotContain(host.Log.All, line => line.Id == 7);
    }

    [Fact]
    public async Task A_log_that_somebody_stops_by_hand_is_made_again()
    {
        await using var host = await KairosHost.StartAsync(OnSystemTime());
        await host.Kairos.DrainAsync().Soon();
        var log = ((KairosInstance)host.Kairos).Log;
        await Akka.Actor.GracefulStopSupport.GracefulStop(log, TimeSpan.FromSeconds(30)).Soon();
        while (((KairosInstance)host.Kairos).Log.Equals(log)) await Task.Yield();

        await host.Kairos["llm"].FailAsync().AsTask().Soon();
        await host.Kairos.DrainAsync().Soon();
        Assert.Contains(host.Log.All, line => line.Id == 12);
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
