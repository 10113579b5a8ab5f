using BenchmarkDotNet.Attributes;
using Kairos.Benchmarks.Measuring;
using Kairos.Benchmarks.Peers;
using Kairos.Benchmarks.Subjects;
using OpenTelemetry.Metrics;
using Polly.CircuitBreaker;

namespace Kairos.Benchmarks.Micro;

/// <summary>A call that an open circuit rejects.</summary>
[MemoryDiagnoser]
public class RejectedCallBenchmarks
{
    private GuardedWorld _world = null!;
    private GuardRejectedOutcome _guardOutcome;
    private PollyRejectedOutcome _pollyOutcome;
    private ThrowingCalls<GuardCall, CircuitOpenException> _guard = null!;
    private ThrowingCalls<PollyCall, BrokenCircuitException> _polly = null!;

    [GlobalSetup]
    public async Task SetUp()
    {
        _world = await GuardedWorld.StartOpenAsync();
        var pipeline = await PollyPipelines.OpenAsync(telemetry: false);
        _guardOutcome = new GuardRejectedOutcome(_world.Llm);
        _pollyOutcome = new PollyRejectedOutcome(pipeline);
        _guard = new(new GuardCall(_world.Llm));
        _polly = new(new PollyCall(pipeline));
    }

    [GlobalCleanup]
    public async Task CleanUp() => await _world.DisposeAsync();

    [Benchmark]
    public ValueTask<int> KairosOutcome() => _guardOutcome.CallAsync();

    [Benchmark]
    public ValueTask<int> PollyOutcome() => _pollyOutcome.CallAsync();

    [Benchmark]
    public Task KairosException() => _guard.RunAsync(1);

    [Benchmark]
    public Task PollyException() => _polly.RunAsync(1);
}

/// <summary>A call that fails, with telemetry.</summary>
[MemoryDiagnoser]
public class FailingCallBenchmarks
{
    private GuardedWorld _world = null!;
    private MeterProvider _listening = null!;
    private ThrowingCalls<GuardFailingCall, HttpRequestException> _guard = null!;
    private ThrowingCalls<GuardAsyncFailingCall, HttpRequestException> _guardAsync = null!;
    private ThrowingCalls<PollyFailingCall, HttpRequestException> _polly = null!;
    private ThrowingCalls<PollyAsyncFailingCall, HttpRequestException> _pollyAsync = null!;

    [GlobalSetup]
    public async Task SetUp()
    {
        _world = await GuardedWorld.StartAsync(GuardedWorld.PatientBreaker);
        _listening = Listening.Start();
        var pipeline = PollyPipelines.PatientBreaker(telemetry: true);
        _guard = new(new GuardFailingCall(_world.Llm));
        _guardAsync = new(new GuardAsyncFailingCall(_world.Llm));
        _polly = new(new PollyFailingCall(pipeline));
        _pollyAsync = new(new PollyAsyncFailingCall(pipeline));
    }

    [GlobalCleanup]
    public async Task CleanUp()
    {
        _listening.Dispose();
        await _world.DisposeAsync();
    }

    [Benchmark]
    public Task Kairos() => _guard.RunAsync(1);

    [Benchmark]
    public Task KairosAsynchronous() => _guardAsync.RunAsync(1);

    [Benchmark]
    public Task Polly() => _polly.RunAsync(1);

    [Benchmark]
    public Task PollyAsynchronous() => _pollyAsync.RunAsync(1);
}
