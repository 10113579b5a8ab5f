using Akka.Actor;
using Kairos.Tests.Calls;

namespace Kairos.Tests.Actors.Probes;

/// <summary>A check that hangs and heeds no token is not joined by a second one, whatever becomes of the actors meanwhile.</summary>
public sealed class OneCheckAtATimeSpecs
{
    private readonly DeafCheck _deaf = new();

    private ProbeUnderTest Probe => _deaf.Probe;

    [Fact]
    public async Task Not_after_the_next_interval()
    {
        await using var system = await StartHangingAsync();
        Probe.Time.Advance(ProbeUnderTest.Limit);
        await Probe.ConcludedAsync();

        await AssertAloneAsync(system);
    }

    [Fact]
    public async Task Not_when_the_component_is_removed_and_created_anew()
    {
        await using var system = await StartHangingAsync();
        system.Kairos.Remove("llm");
        await system.SettleAsync();
        system.Llm.ReportSuccess();
        await system.SettleAsync();
        await Probe.ConcludedAsync(); // the new one waits for its first check

        await AssertAloneAsync(system);
    }

    [Fact]
    public async Task Not_when_somebody_stops_the_components_actor_and_it_is_made_again()
    {
        await using var system = await StartHangingAsync();
        var actor = system.Kairos.HandleOf("llm").Actor!;
        await actor.GracefulStop(TimeSpan.FromSeconds(30));
        system.Llm.ReportSuccess();
        await system.SettleAsync();
        await Probe.ConcludedAsync();

        await AssertAloneAsync(system);
    }

    [Fact]
    public async Task Not_when_the_probes_actor_crashes()
    {
        await using var system = await StartHangingAsync();
        (await ProbeUnderTest.ActorOf(system)).Tell(Kill.Instance, ActorRefs.NoSender);
        await Probe.ConcludedAsync();

        await AssertAloneAsync(system);
    }

    private async Task<GuardedSystem> StartHangingAsync()
    {
        var system = await Probe.StartAsync();
        await Probe.NextCheckAsync();
        await Probe.Begun.Soon();
        return system;
    }

    /// <summary>The next check finds that the first has not ended, which is a verdict; the one after it, that it has.</summary>
    private async Task AssertAloneAsync(GuardedSystem system)
    {
        await Probe.NextCheckAsync(isFirst: false);
        await Probe.ConcludedAsync();
        Assert.Equal((1, ComponentHealth.Unhealthy), (Probe.Checks, (await system.SettleAsync()).Health));

        _deaf.Answer(new ProbeResult(ComponentHealth.Healthy));
        var checks = 0;
        while (Probe.Checks == 1 && checks++ < 100) // it has to notice that it has been answered
        {
            await Probe.NextCheckAsync(isFirst: false);
            await Probe.ConcludedAsync();
        }

        Assert.Equal((2, 1), (Probe.Checks, Probe.MostAtOnce));
        var health = ComponentHealth.Unhealthy;
        for (var i = 0; health == ComponentHealth.Unhealthy && i < 1000; i++) // the second check has begun; its verdict is on its way
        {
            health = (await system.SettleAsync()).Health;
            await Task.Yield();
        }

        Assert.NotEqual(ComponentHealth.Unhealthy, health);
    }
}
