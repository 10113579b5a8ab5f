using Kairos.Breaking;
using Kairos.Components;
using Kairos.Health;

namespace Kairos.Tests.Calls;

/// <summary>What a health probe finds out, and what becomes of one that hangs or throws.</summary>
public sealed class HealthProbeSpecs
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private readonly ObservedTimeProvider _time = new();

    [Theory]
    [InlineData(HealthStatus.Healthy, CircuitState.Closed)]
    [InlineData(HealthStatus.Degraded, CircuitState.Closed)]
    [InlineData(HealthStatus.Unhealthy, CircuitState.Open)]
    public async Task What_it_finds_out_is_a_verdict(HealthStatus found, CircuitState circuit)
    {
        var probe = new Probe(_ => new(new HealthReport(found)));
        await using var system = await StartAsync(probe);
        await NextCheckAsync();
        await ConcludedAsync();

        var snapshot = await system.SettleAsync();
        Assert.Equal((found, circuit), (snapshot.Health, snapshot.Circuit));
        if (circuit == CircuitState.Open) Assert.Equal(TransitionReason.Health, snapshot.Last.Reason);
        Assert.Equal((1, 0), (probe.Checks, snapshot.Errors));
    }

    [Fact]
    public async Task It_looks_again_after_each_interval()
    {
        var probe = new Probe(_ => new(new HealthReport(HealthStatus.Healthy)));
        await using var system = await StartAsync(probe);
        for (var i = 1; i <= 3; i++)
        {
            await NextCheckAsync(isFirst: i == 1);
            await ConcludedAsync();
            Assert.Equal(i, probe.Checks);
        }
    }

    [Fact]
    public async Task One_that_throws_is_a_verdict_and_no_crash()
    {
        var probe = new Probe(_ => throw new InvalidOperationException("broken probe"));
        await using var system = await StartAsync(probe);
        await NextCheckAsync();
        await ConcludedAsync();

        Assert.Equal(HealthStatus.Unhealthy, (await system.SettleAsync()).Health);
        Assert.Null(system.Kairos.MetricsOf("llm").Restarts);
        await NextCheckAsync(isFirst: false);
        await ConcludedAsync();
        Assert.Equal(2, probe.Checks);
    }

    [Fact]
    public async Task One_that_hangs_is_a_verdict_and_is_not_joined_by_a_second_one()
    {
        var answer = new TaskCompletionSource<HealthReport>(TaskCreationOptions.RunContinuationsAsynchronously);
        var probe = new Probe(_ => new(answer.Task));
        await using var system = await StartAsync(probe);
        await NextCheckAsync();
        Assert.Equal(HealthStatus.Healthy, (await system.SettleAsync()).Health);
        _time.Advance(Limit);
        await ConcludedAsync();
        Assert.Equal(HealthStatus.Unhealthy, (await system.SettleAsync()).Health);
        Assert.True(probe.Token.IsCancellationRequested);

        _time.Advance(Interval);
        await ConcludedAsync(); // it only rests again
        Assert.Equal(1, probe.Checks);
    }

    [Fact]
    public async Task When_the_component_is_removed_its_check_is_cancelled()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource<HealthReport>();
        var probe = new Probe(token =>
        {
            token.Register(cancelled.SetResult);
            return new(answer.Task);
        });
        await using var system = await StartAsync(probe);
        await NextCheckAsync();
        await probe.Begun.Soon();

        system.Kairos.Remove("llm");
        await cancelled.Task.Soon();
    }

    /// <summary>Lets the interval pass; the check has its time limit when this ends.</summary>
    private async Task NextCheckAsync(bool isFirst = true)
    {
        if (isFirst) Assert.Equal(Interval, await _time.NextAsync("HealthProbe"));
        _time.Advance(Interval);
        Assert.Equal(Limit, await _time.NextAsync("HealthProbe"));
    }

    /// <summary>The verdict has been told, and the next interval begun.</summary>
    private async Task ConcludedAsync() => Assert.Equal(Interval, await _time.NextAsync("HealthProbe"));

    private Task<GuardedSystem> StartAsync(IHealthProbe probe) => GuardedSystem.StartAsync(
        _time,
        c => c with { Health = c.Health with { ProbeInterval = Interval, ProbeTimeout = Limit } },
        options => options.Probe("llm", probe));

    private sealed class Probe(Func<CancellationToken, ValueTask<HealthReport>> check) : IHealthProbe
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _checks;

        public int Checks => _checks;

        public Task Begun => _begun.Task;

        public CancellationToken Token { get; private set; }

        public ValueTask<HealthReport> CheckAsync(CancellationToken cancellation)
        {
            Token = cancellation;
            Interlocked.Increment(ref _checks);
            _begun.TrySetResult();
            return check(cancellation);
        }
    }
}
