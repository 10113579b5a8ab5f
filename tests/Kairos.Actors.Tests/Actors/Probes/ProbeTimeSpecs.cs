using Akka.Actor;
using Kairos.Tests.Calls;

namespace Kairos.Tests.Actors.Probes;

/// <summary>The time that has passed decides, under the settings in force; a timer is only a hint.</summary>
public sealed class ProbeTimeSpecs
{
    private readonly DeafCheck _deaf = new();

    private ProbeUnderTest Probe => _deaf.Probe;

    [Fact]
    public async Task A_timer_that_fires_twice_makes_no_verdict()
    {
        var answer = new TaskCompletionSource<ProbeResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var probe = new ProbeUnderTest(_ => new ValueTask<ProbeResult>(answer.Task)) { Time = new StutteringTimeProvider() };
        await using var system = await probe.StartAsync();
        await probe.NextCheckAsync();
        await probe.Begun.Soon();
        await (await ProbeUnderTest.ActorOf(system)).Ask<ActorIdentity>(new Identify(null)).Soon(); // it has heard both
        Assert.Equal(ComponentHealth.Healthy, (await system.SettleAsync()).Health);

        answer.SetResult(new ProbeResult(ComponentHealth.Degraded, "slow"));
        while (await probe.NextWaitAsync() != ProbeUnderTest.Interval) await system.SettleAsync();

        Assert.Equal((1, ComponentHealth.Degraded), (probe.Checks, (await system.SettleAsync()).Health));
    }

    [Fact]
    public async Task What_is_left_of_a_shorter_interval_is_waited_for()
    {
        await using var system = await Probe.StartAsync(interval: TimeSpan.FromHours(1));
        Assert.Equal(1, (await Probe.NextWaitAsync()).TotalHours);
        Probe.Time.Advance(TimeSpan.FromSeconds(20));

        Put(system, TimeSpan.FromSeconds(30), ProbeUnderTest.Limit);

        Assert.Equal(10, (await Probe.NextWaitAsync()).TotalSeconds);
        Probe.Time.Advance(TimeSpan.FromSeconds(10));
        await Probe.Begun.Soon();
    }

    [Fact]
    public async Task An_interval_that_has_passed_already_has_it_look_at_once()
    {
        await using var system = await Probe.StartAsync(interval: TimeSpan.FromDays(1));
        Probe.Time.Advance(TimeSpan.FromSeconds(40));

        Put(system, TimeSpan.FromSeconds(30), ProbeUnderTest.Limit);

        await Probe.Begun.Soon();
    }

    [Fact]
    public async Task A_longer_interval_is_waited_for_to_its_end()
    {
        await using var system = await Probe.StartAsync();
        Assert.Equal(30, (await Probe.NextWaitAsync()).TotalSeconds);

        Put(system, TimeSpan.FromSeconds(100), ProbeUnderTest.Limit);

        Assert.Equal(100, (await Probe.NextWaitAsync()).TotalSeconds);
        Probe.Time.Advance(TimeSpan.FromSeconds(99));
        Put(system, TimeSpan.FromSeconds(101), ProbeUnderTest.Limit);
        Assert.Equal((2, 0), ((await Probe.NextWaitAsync()).TotalSeconds, Probe.Checks));
    }

    [Fact]
    public async Task A_shorter_limit_holds_for_the_check_that_runs()
    {
        await using var system = await Probe.StartAsync(interval: TimeSpan.FromMinutes(1), limit: TimeSpan.FromMinutes(1));
        Probe.Time.Advance(await Probe.NextWaitAsync());
        await Probe.Begun.Soon();
        Assert.Equal(1, (await Probe.NextWaitAsync()).TotalMinutes);
        Probe.Time.Advance(TimeSpan.FromSeconds(3));

        Put(system, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5));
        Assert.Equal(2, (await Probe.NextWaitAsync()).TotalSeconds);
        Probe.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(1, (await Probe.NextWaitAsync()).TotalMinutes);
        Assert.Equal(ComponentHealth.Unhealthy, (await system.SettleAsync()).Health);
    }

    private static void Put(GuardedSystem system, TimeSpan interval, TimeSpan limit)
    {
        var settings = system.Llm.Snapshot!.Settings;
        system.Llm.Reconfigure(settings with { Health = settings.Health with { ProbeInterval = interval, ProbeTimeout = limit } });
    }

    /// <summary>Virtual time whose timers fire twice.</summary>
    private sealed class StutteringTimeProvider : ObservedTimeProvider
    {
        protected override TimerCallback Wrap(TimerCallback callback) => state =>
        {
            callback(state);
            callback(state);
        };
    }
}
