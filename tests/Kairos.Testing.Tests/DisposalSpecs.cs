using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.TestKit;

namespace Kairos.Testing.Tests;

/// <summary>Nothing of it is left when it has been disposed.</summary>
[Collection(Alone.Name)]
public sealed class DisposalSpecs
{
    [Fact]
    public async Task Neither_an_actor_system_nor_a_series_nor_a_timer_is_left()
    {
        var kairos = KairosTest.Start();
        await kairos["llm"].ForceOpenAsync();
        using var own = kairos.Time.CreateTimer(_ => { }, null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan); // of the application's
        Assert.True(kairos.ArmedTimers > 1);

        await kairos.DisposeAsync();
        await kairos.DisposeAsync(); // twice is once

        Assert.True(kairos.System.WhenTerminated.IsCompletedSuccessfully);
        Assert.Equal(0, kairos.ArmedTimers);
        Assert.Equal("", kairos.Metrics.ToString());
    }

    [Fact]
    public async Task The_meter_ends_for_everybody_who_listens()
    {
        var kairos = KairosTest.Start();
        var (published, completed) = (new List<Instrument>(), new List<Instrument>());
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name != MetricNames.Source) return;
                published.Add(instrument);
                listener.EnableMeasurementEvents(instrument);
            },
            MeasurementsCompleted = (instrument, _) => completed.Add(instrument),
        };
        listener.Start();
        Assert.NotEmpty(published);

        await kairos.DisposeAsync();

        Assert.Equal(published.Count, completed.Count);
        published.Clear();
        using var late = new MeterListener { InstrumentPublished = (instrument, _) => published.Add(instrument) };
        late.Start();
        Assert.DoesNotContain(published, instrument => instrument.Meter.Name == MetricNames.Source);
    }

    [Fact]
    public async Task Its_threads_end()
    {
        var before = Threads();
        var kairos = KairosTest.Start();
        await kairos["llm"].ForceOpenAsync();
        Assert.True(Threads() > before);

        await kairos.DisposeAsync();

        await UntilAsync(() => Threads() <= before);
    }

    [Fact]
    public async Task No_memory_holds_it()
    {
        var left = await StartAndDisposeAsync();

        await UntilAsync(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return !left.TryGetTarget(out _);
        });
    }

    [Fact]
    public async Task In_a_system_of_somebody_else_it_ends_without_that()
    {
        using var kit = new Akka.TestKit.Xunit2.TestKit();
        var kairos = kit.StartKairos();
        await kairos["llm"].ForceOpenAsync();

        await kairos.DisposeAsync();

        Assert.False(kit.Sys.WhenTerminated.IsCompleted);
        Assert.Equal(0, kairos.ArmedTimers);
        Assert.Equal("", kairos.Metrics.ToString());
    }

    [Fact]
    public async Task It_ends_with_a_test_kit_that_nobody_has_told_it_of()
    {
        var kit = new Akka.TestKit.Xunit2.TestKit();
        var kairos = kit.StartKairos();

        kit.Dispose();
        await kit.Sys.WhenTerminated.Soon();

        await UntilAsync(() => kairos.ArmedTimers == 0);
        Assert.Equal("", kairos.Metrics.ToString());
        await kairos.DisposeAsync();
    }

    [Fact]
    public void Wrong_settings_leave_nothing_behind_either()
    {
        var wrong = Assert.Throws<SettingsException>(() => KairosTest.Start("kairos.defaults.breaker.window = 5"));

        Assert.Contains("kairos.defaults.breaker.window = '5'", wrong.Message, StringComparison.Ordinal);
        var published = new List<string>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => published.Add(instrument.Meter.Name) };
        listener.Start();
        Assert.DoesNotContain(MetricNames.Source, published);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference<ActorSystem>> StartAndDisposeAsync()
    {
        var kairos = KairosTest.Start();
        await kairos["llm"].ForceOpenAsync();
        await kairos.DisposeAsync();
        return new WeakReference<ActorSystem>(kairos.System);
    }

    /// <summary>The threads that an actor system of Kairos' has for itself.</summary>
    private static int Threads() => Directory.EnumerateDirectories("/proc/self/task").Count(task =>
    {
        try
        {
            var name = File.ReadAllText(Path.Combine(task, "comm"));
            return name.StartsWith("kairos", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // it has ended meanwhile
        }
    });

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition()) await Task.Delay(20, limit.Token);
    }
}

/// <summary>For tests that look at the whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
