using Kairos.Extensions.AI.Tests;
using Kairos.Tests.Calls;
using Microsoft.Extensions.Time.Testing;
using Polly;
using Polly.CircuitBreaker;
using PollyState = Polly.CircuitBreaker.CircuitState;

namespace Kairos.Extensions.Polly.Tests;

/// <summary>What Polly's own breaker gets wrong, in the same pipeline and by the same calls. Should Polly mend it, these tests say so.</summary>
public sealed class BesidePollysBreakerSpecs : IAsyncLifetime
{
    private static readonly TimeSpan OpenDuration = TimeSpan.FromSeconds(30);
    private readonly FakeTimeProvider _time = new();
    private readonly CircuitBreakerStateProvider _polly = new();
    private AgentSystem _system = null!;
    private ResiliencePipeline _ours = null!;
    private ResiliencePipeline _theirs = null!;

    public async Task InitializeAsync()
    {
        _system = await AgentSystem.StartAsync(_time);
        _ours = new ResiliencePipelineBuilder { TimeProvider = _time }.AddKairosComponent(_system.Kairos, "llm").Build();
        _theirs = new ResiliencePipelineBuilder { TimeProvider = _time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = 2,
                BreakDuration = OpenDuration,
                StateProvider = _polly,
            })
            .Build();
    }

    public async Task DisposeAsync() => await _system.DisposeAsync();

    [Fact]
    public async Task A_probe_call_that_the_caller_cancels_does_not_close_the_circuit_and_gives_its_place_back()
    {
        await OpenAsync();
        _time.Advance(OpenDuration);
        foreach (var pipeline in new[] { _ours, _theirs })
        {
            using var cancel = new CancellationTokenSource();
            var probe = new Script(Script.Hold);
            var running = pipeline.RunAsync(probe, cancel.Token);
            await probe.Held.Soon();
            if (pipeline == _ours) Assert.IsType<CircuitOpenException>((await _ours.RunAsync(new Script("never")).Soon()).Exception);
            await cancel.CancelAsync();
            await running.Soon();
        }

        Assert.Equal(CircuitStatus.HalfOpen, _system.Snapshot().Circuit);
        Assert.Equal(PollyState.Closed, _polly.CircuitState);

        Assert.Equal("probe", (await _ours.RunAsync(new Script("probe")).Soon()).Result);
        Assert.Equal("probe", (await _ours.RunAsync(new Script("probe")).Soon()).Result);
        Assert.Equal(CircuitStatus.Closed, _system.Snapshot().Circuit);
    }

    [Fact]
    public async Task A_call_from_before_the_opening_that_succeeds_late_does_not_close_the_circuit()
    {
        var (ours, theirs) = (new Script(Script.Hold), new Script(Script.Hold));
        var (ourCall, theirCall) = (_ours.RunAsync(ours), _theirs.RunAsync(theirs));
        await Task.WhenAll(ours.Held, theirs.Held).Soon();
        await OpenAsync();
        _time.Advance(OpenDuration);
        foreach (var pipeline in new[] { _ours, _theirs })
        {
            using var cancel = new CancellationTokenSource();
            var probe = new Script(Script.Hold);
            var running = pipeline.RunAsync(probe, cancel.Token);
            await probe.Held.Soon(); // half-open, and the probe call is out
            var (late, call) = pipeline == _ours ? (ours, ourCall) : (theirs, theirCall);
            late.Release();
            Assert.Equal("released", (await call.Soon()).Result);
            if (pipeline == _ours) Assert.Equal(CircuitStatus.HalfOpen, (await _system.Kairos["llm"].GetSnapshotAsync().Soon()).Circuit);
            else Assert.Equal(PollyState.Closed, _polly.CircuitState);
            await cancel.CancelAsync();
            await running.Soon();
        }
    }

    private async Task OpenAsync()
    {
        foreach (var pipeline in new[] { _ours, _theirs })
        {
            for (var i = 0; i < 2; i++) await pipeline.RunAsync(new Script(Work.Broken)).Soon();
        }

        Assert.Equal(CircuitStatus.Open, _system.Snapshot().Circuit);
        Assert.Equal(PollyState.Open, _polly.CircuitState);
    }
}
