using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Kairos.Benchmarks.Subjects;

/// <summary>A Kairos with room for many components, and an exporter with room for all their series.</summary>
internal sealed class ManyComponents : IAsyncDisposable
{
    /// <summary>Room for the series of one metric; the SDK keeps 2,000 unless it is told otherwise.</summary>
    public const int MostSeries = 100_000;

    private const int MostComponents = 100_000;
    private static readonly KairosError Overloaded = new(ErrorCode.LlmError, "overloaded");
    private readonly GuardedWorld _world;
    private readonly DiscardingExporter _exporter = new();
    private readonly BaseExportingMetricReader _reader;
    private MeterProvider? _provider;

    private ManyComponents(GuardedWorld world)
    {
        _world = world;
        _reader = new BaseExportingMetricReader(_exporter);
    }

    /// <summary>How many series the last export had.</summary>
    public int Series => _exporter.Series;

    public static async Task<ManyComponents> StartAsync(Func<ComponentSettings, ComponentSettings>? defaults = null) =>
        new(await GuardedWorld.StartAsync(more: options =>
        {
            options.MaxComponents = MostComponents;
            if (defaults is not null) options.Defaults(defaults);
        }));

    /// <summary>Begins to listen; from here on there is something to collect.</summary>
    public void Listen() => _provider = Sdk.CreateMeterProviderBuilder()
        .AddKairosInstrumentation()
        .AddView("*", new MetricStreamConfiguration { CardinalityLimit = MostSeries })
        .AddReader(_reader)
        .Build();

    /// <summary>Makes one export of all metrics.</summary>
    public void Collect()
    {
        _reader.Collect();
        if (_exporter.HasOverflown) throw new InvalidOperationException("There was no room for some of the series.");
    }

    /// <summary>Uses so many components, which are created by that, and waits until all of it is counted.</summary>
    public async Task UseAsync(string prefix, int components, Func<IKairos, string, ValueTask> use)
    {
        for (var i = 0; i < components; i++) await use(_world.Kairos, $"{prefix}{i}");
        await _world.Kairos.DrainAsync();
    }

    /// <summary>A call that succeeds.</summary>
    public static async ValueTask CallAsync(IKairos kairos, string name) =>
        await kairos[name].ExecuteAsync(static (answer, _) => new ValueTask<int>(answer), 1);

    /// <summary>A call that succeeds, and an error that was resolved.</summary>
    public static async ValueTask FailAsync(IKairos kairos, string name)
    {
        await CallAsync(kairos, name);
        kairos[name].ReportError(Overloaded);
        kairos[name].ReportRecovery(ErrorKind.Of(Overloaded));
    }

    public async ValueTask DisposeAsync()
    {
        _provider?.Dispose();
        _reader.Dispose();
        await _world.DisposeAsync();
    }
}
