using BenchmarkDotNet.Attributes;
using Kairos.Benchmarks.Subjects;
using OpenTelemetry.Metrics;

namespace Kairos.Benchmarks.Micro;

/// <summary>What is told by message, until it is counted.</summary>
[MemoryDiagnoser]
public class ReportBenchmarks
{
    private const int Messages = 100_000;
    private GuardedWorld _world = null!;
    private MeterProvider _listening = null!;
    private Reporting _reports = null!;
    private Telling _tells = null!;

    [GlobalSetup]
    public async Task SetUp()
    {
        _world = await GuardedWorld.StartAsync(GuardedWorld.PatientBreaker);
        _listening = Listening.Start();
        _reports = new Reporting(_world.Kairos);
        _tells = new Telling(_world.Actors);
    }

    [GlobalCleanup]
    public async Task CleanUp()
    {
        _listening.Dispose();
        await _world.DisposeAsync();
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public Task Reports() => _reports.RunAsync(Messages);

    [Benchmark(OperationsPerInvoke = Messages)]
    public Task Tells() => _tells.RunAsync(Messages);
}

/// <summary>One export of many components.</summary>
[MemoryDiagnoser]
public class CollectionBenchmarks
{
    private ManyComponents _components = null!;

    /// <summary>How many there are.</summary>
    [Params(1_000, 10_000)]
    public int Components { get; set; }

    [GlobalSetup]
    public async Task SetUp()
    {
        _components = await ManyComponents.StartAsync();
        await _components.UseAsync("c", Components, ManyComponents.FailAsync);
        _components.Listen();
        _components.Collect();
    }

    [GlobalCleanup]
    public async Task CleanUp() => await _components.DisposeAsync();

    [Benchmark]
    public void Collect() => _components.Collect();
}
