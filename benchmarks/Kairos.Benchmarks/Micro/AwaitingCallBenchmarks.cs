using BenchmarkDotNet.Attributes;
using Kairos.Benchmarks.Peers;
using Kairos.Benchmarks.Subjects;

namespace Kairos.Benchmarks.Micro;

/// <summary>A call that gives its thread back before it answers.</summary>
[MemoryDiagnoser]
public class AwaitingCallBenchmarks
{
    private GuardedWorld _world = null!;
    private BareAwaitingCall _bare;
    private GuardAwaitingCall _guard;
    private PollyAwaitingCall _polly;

    [GlobalSetup]
    public async Task SetUp()
    {
        _bare = new BareAwaitingCall();
        _world = await GuardedWorld.StartAsync();
        _guard = new GuardAwaitingCall(_world.Llm);
        _polly = new PollyAwaitingCall(PollyPipelines.Breaker(telemetry: false));
    }

    [GlobalCleanup]
    public async Task CleanUp() => await _world.DisposeAsync();

    [Benchmark(Baseline = true)]
    public ValueTask<int> Bare() => _bare.CallAsync();

    [Benchmark]
    public ValueTask<int> Kairos() => _guard.CallAsync();

    [Benchmark]
    public ValueTask<int> Polly() => _polly.CallAsync();
}
