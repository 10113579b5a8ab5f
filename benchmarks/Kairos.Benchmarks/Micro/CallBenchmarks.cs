using BenchmarkDotNet.Attributes;
using Kairos.Benchmarks.Peers;
using Kairos.Benchmarks.Subjects;
using OpenTelemetry.Metrics;
using AkkaBreaker = Akka.Pattern.CircuitBreaker;

namespace Kairos.Benchmarks.Micro;

/// <summary>A call through a closed circuit that completes synchronously.</summary>
[MemoryDiagnoser]
public class ClosedCallBenchmarks
{
    private GuardedWorld _world = null!;
    private MeterProvider? _listening;
    private GuardCall _guard;
    private PollyCall _polly;
    private LockCall _lock;
    private AkkaCall _akka;
    private AskCall _ask;

    /// <summary>Whether OpenTelemetry's SDK listens, with an exporter behind it.</summary>
    [Params(false, true)]
    public bool Telemetry { get; set; }

    [GlobalSetup]
    public async Task SetUp()
    {
        _world = await GuardedWorld.StartAsync();
        _listening = Telemetry ? Listening.Start() : null;
        _guard = new GuardCall(_world.Llm);
        _polly = new PollyCall(PollyPipelines.Breaker(Telemetry));
        _lock = new LockCall(new LockBreaker(5, TimeSpan.FromSeconds(30), TimeProvider.System));
        _akka = new AkkaCall(AkkaBreaker.Create(_world.Actors.Scheduler, 5, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30)));
        _ask = new AskCall(AskBreaker.In(_world.Actors));
    }

    [GlobalCleanup]
    public async Task CleanUp()
    {
        _listening?.Dispose();
        await _world.DisposeAsync();
    }

    [Benchmark(Baseline = true)]
    public ValueTask<int> Kairos() => _guard.CallAsync();

    [Benchmark]
    public ValueTask<int> Polly() => _polly.CallAsync();

    [Benchmark]
    public ValueTask<int> Lock() => _lock.CallAsync();

    [Benchmark]
    public ValueTask<int> Akka() => _akka.CallAsync();

    [Benchmark]
    public ValueTask<int> Ask() => _ask.CallAsync();
}

/// <summary>The same with deadline, retry and attempt timeout.</summary>
[MemoryDiagnoser]
public class FullCallBenchmarks
{
    private GuardedWorld _world = null!;
    private MeterProvider? _listening;
    private GuardCall _guard;
    private PollyCall _polly;

    /// <inheritdoc cref="ClosedCallBenchmarks.Telemetry"/>
    [Params(false, true)]
    public bool Telemetry { get; set; }

    [GlobalSetup]
    public async Task SetUp()
    {
        _world = await GuardedWorld.StartAsync(GuardedWorld.Full);
        _listening = Telemetry ? Listening.Start() : null;
        _guard = new GuardCall(_world.Llm);
        _polly = new PollyCall(PollyPipelines.Full(Telemetry));
    }

    [GlobalCleanup]
    public async Task CleanUp()
    {
        _listening?.Dispose();
        await _world.DisposeAsync();
    }

    [Benchmark(Baseline = true)]
    public ValueTask<int> Kairos() => _guard.CallAsync();

    [Benchmark]
    public ValueTask<int> Polly() => _polly.CallAsync();
}
