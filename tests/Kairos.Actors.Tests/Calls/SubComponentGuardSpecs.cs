using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Calls;

/// <summary>A breaker for each tool, beneath that of all tools.</summary>
public sealed class SubComponentGuardSpecs
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_sub_component_has_a_breaker_of_its_own()
    {
        await using var system = await StartAsync();
        var tools = system.Kairos["tools"];

        Assert.Equal(CallStatus.Failure, (await tools["search"].FailAsync()).Status);

        Assert.Equal(CallStatus.Rejected, (await tools["search"].SucceedAsync()).Status);
        Assert.Equal(CallStatus.Rejected, (await system.Kairos["tools/search"].SucceedAsync()).Status);
        Assert.True((await tools["calculator"].SucceedAsync()).IsSuccess);
        Assert.True((await tools.SucceedAsync()).IsSuccess);
        Assert.Equal((1, 0), (tools["search"].Snapshot!.Errors, tools.Snapshot!.Errors));
    }

    [Fact]
    public async Task It_inherits_its_parents_policy()
    {
        await using var system = await StartAsync();
        await system.Kairos["tools"]["search"]["images"].SucceedAsync();

        Assert.Equal(1, system.Kairos["tools/search/images"].Snapshot!.Settings.Breaker.ConsecutiveFailures);
        Assert.Equal(1, system.Kairos["tools"]["search"].Snapshot!.Settings.Breaker.ConsecutiveFailures);
        Assert.Equal(2, system.Llm.Snapshot!.Settings.Breaker.ConsecutiveFailures);
    }

    [Fact]
    public async Task However_bad_it_is_its_parent_is_degraded_until_it_is_well_again()
    {
        await using var system = await StartAsync();
        var tools = system.Kairos["tools"];
        await tools["search"].FailAsync();
        await system.SettleAsync();
        Assert.Equal(ComponentHealth.Unhealthy, tools["search"].Snapshot!.Health);
        Assert.Equal((ComponentHealth.Degraded, CircuitStatus.Closed), (tools.Snapshot!.Health, tools.Snapshot.Circuit));

        tools["search"].Reset();
        await system.SettleAsync();
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(10)); // each level holds for a while before it improves
            await system.SettleAsync();
        }

        Assert.Equal((ComponentHealth.Healthy, ComponentHealth.Healthy), (tools["search"].Snapshot!.Health, tools.Snapshot.Health));
    }

    private Task<GuardedSystem> StartAsync() => GuardedSystem.StartAsync(
        _time, more: options => options.Component("tools", c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 1 } }));
}
