namespace Kairos.Tests.Calls;

/// <summary>New settings for a component that runs.</summary>
public sealed class ReconfigurationSpecs
{
    private readonly ObservedTimeProvider _time = new();

    [Fact]
    public async Task The_failures_so_far_count_under_the_new_rule()
    {
        await using var system = await GuardedSystem.StartAsync(_time, c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 10 } });
        await system.Llm.FailAsync(times: 3);
        await ChangeAsync(system, c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 4 } });
        Assert.Equal((CircuitStatus.Closed, 3), (system.Llm.Snapshot!.Circuit, system.Llm.Snapshot.ConsecutiveFailures));

        await system.Llm.FailAsync();

        Assert.Equal(CircuitStatus.Open, system.Llm.Snapshot!.Circuit);
    }

    [Fact]
    public async Task An_open_circuit_keeps_its_deadline()
    {
        await using var system = await GuardedSystem.StartAsync(_time);
        await system.Llm.FailAsync(times: 2);
        await ChangeAsync(system, c => c with { Breaker = c.Breaker with { OpenDuration = TimeSpan.FromSeconds(1) } });
        _time.Advance(TimeSpan.FromSeconds(29));

        Assert.Equal(TimeSpan.FromSeconds(1), (await system.Llm.SucceedAsync()).RetryAfter);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await system.Llm.SucceedAsync()).IsSuccess);
    }

    [Fact]
    public async Task To_observe_lets_calls_through_at_once_and_to_enforce_rejects_them_again()
    {
        await using var system = await GuardedSystem.StartAsync(_time);
        await system.Llm.FailAsync(times: 2);

        await ChangeAsync(system, c => c with { Breaker = c.Breaker with { Mode = BreakerMode.Observe } });
        Assert.True((await system.Llm.SucceedAsync()).IsSuccess);
        await ChangeAsync(system, c => c with { Breaker = c.Breaker with { Mode = BreakerMode.Enforce } });
        Assert.Equal(CallStatus.Rejected, (await system.Llm.SucceedAsync()).Status);
    }

    [Fact]
    public async Task Guards_that_are_held_see_it_and_calls_that_run_do_not()
    {
        await using var system = await GuardedSystem.StartAsync(_time);
        var (held, ends) = await HeldCall.BeginAsync(system.Llm);
        await ChangeAsync(system, c => c with { Call = c.Call with { AttemptTimeout = TimeSpan.FromSeconds(1) } });
        var (_, limitedEnds) = await HeldCall.BeginAsync(system.Llm);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(CallStatus.Failure, (await limitedEnds.Soon()).Status);
        Assert.False(ends.IsCompleted);
        held.Succeed();
        Assert.True((await ends.Soon()).IsSuccess);
    }

    [Fact]
    public async Task New_settings_for_all_touch_only_those_whose_settings_differ_and_create_what_is_named()
    {
        await using var system = await GuardedSystem.StartAsync(_time, more: options => options.Component("memory"));
        await system.Llm.FailAsync();
        var memory = system.Kairos["memory"].Snapshot;

        system.Kairos.Reconfigure(settings => settings
            .With("llm", c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 7 } })
            .With("cache"));
        await system.SettleAsync();

        Assert.Same(memory, system.Kairos["memory"].Snapshot);
        Assert.Equal((7, 1), (system.Llm.Snapshot!.Settings.Breaker.ConsecutiveFailures, system.Llm.Snapshot.ConsecutiveFailures));
        Assert.NotNull(system.Kairos["cache"].Snapshot);
    }

    private static async Task ChangeAsync(GuardedSystem system, Func<ComponentSettings, ComponentSettings> change)
    {
        system.Llm.Reconfigure(change(system.Llm.Snapshot!.Settings));
        await system.SettleAsync();
    }
}
