using Kairos.Tests.Calls;

namespace Kairos.Tests.Actors.Probes;

/// <summary>What a health probe finds out, and what becomes of one that hangs or throws.</summary>
public sealed class HealthProbeSpecs
{
    [Theory]
    [InlineData(ComponentHealth.Healthy, CircuitStatus.Closed)]
    [InlineData(ComponentHealth.Degraded, CircuitStatus.Closed)]
    [InlineData(ComponentHealth.Unhealthy, CircuitStatus.Open)]
    public async Task What_it_finds_out_is_a_verdict(ComponentHealth found, CircuitStatus circuit)
    {
        var probe = new ProbeUnderTest(_ => new(new ProbeResult(found)));
        await using var system = await probe.StartAsync();
        await probe.NextCheckAsync();
        await probe.ConcludedAsync();

        var snapshot = await system.SettleAsync();
        Assert.Equal((found, circuit), (snapshot.Health, snapshot.Circuit));
        if (circuit == CircuitStatus.Open) Assert.Equal(TransitionReason.Health, snapshot.Last.Reason);
        Assert.Equal((1, 0), (probe.Checks, snapshot.Errors));
    }

    [Fact]
    public async Task It_looks_again_after_each_interval()
    {
        var probe = new ProbeUnderTest(_ => new(new ProbeResult(ComponentHealth.Healthy)));
        await using var system = await probe.StartAsync();
        for (var i = 1; i <= 3; i++)
        {
            await probe.NextCheckAsync(isFirst: i == 1);
            await probe.ConcludedAsync();
            Assert.Equal(i, probe.Checks);
        }
    }

    [Fact]
    public async Task One_that_throws_is_a_verdict_and_no_crash()
    {
        var probe = new ProbeUnderTest(_ => throw new InvalidOperationException("broken probe"));
        await using var system = await probe.StartAsync();
        await probe.NextCheckAsync();
        await probe.ConcludedAsync();

        Assert.Equal(ComponentHealth.Unhealthy, (await system.SettleAsync()).Health);
        Assert.Null(system.Kairos.MetricsOf("llm").Restarts);
        await probe.NextCheckAsync(isFirst: false);
        await probe.ConcludedAsync();
        Assert.Equal(2, probe.Checks);
    }

    [Fact]
    public async Task One_that_hangs_is_a_verdict()
    {
        var deaf = new DeafCheck();
        await using var system = await deaf.Probe.StartAsync();
        await deaf.Probe.NextCheckAsync();
        await deaf.Probe.Begun.Soon();
        Assert.Equal(ComponentHealth.Healthy, (await system.SettleAsync()).Health);

        deaf.Probe.Time.Advance(ProbeUnderTest.Limit);
        await deaf.Probe.ConcludedAsync();

        Assert.Equal(ComponentHealth.Unhealthy, (await system.SettleAsync()).Health);
        Assert.True(deaf.Probe.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task When_the_component_is_removed_its_check_is_cancelled()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource<ProbeResult>();
        var probe = new ProbeUnderTest(token =>
        {
            token.Register(cancelled.SetResult);
            return new(answer.Task);
        });
        await using var system = await probe.StartAsync();
        await probe.NextCheckAsync();
        await probe.Begun.Soon();

        system.Kairos.Remove("llm");
        await cancelled.Task.Soon();
    }
}
