using Kairos.TestUtilities.Ports;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.RealParts.Scraping;

/// <summary>
/// Everything that can go wrong, at once and in a time-lapse: a host whose model is down, whose memory is degraded, whose tools are misused
/// and whose collector is away; an application with failing calls; and a host that does not answer. So every metric has values, and every
/// expression has something to find.
/// </summary>
[CollectionDefinition(Name)]
public sealed class TroubledWorld : IAsyncLifetime, ICollectionFixture<TroubledWorld>
{
    /// <summary>The collection of the tests that look at it.</summary>
    public const string Name = "troubled world";

    private readonly Stack<IAsyncDisposable> _parts = new();
    private PrometheusServer? _prometheus;

    internal PrometheusServer Prometheus => _prometheus ?? throw new InvalidOperationException(OutsideTool.WhySkipped(false, OutsideTool.Prometheus));

    /// <summary>The ports at which the host and the application show their metrics.</summary>
    internal IReadOnlyList<int> Pages { get; private set; } = [];

    public async Task InitializeAsync()
    {
        if (OutsideTool.Prometheus.Path is null) return; // its tests are skipped, or fail for this reason
        var host = await ScrapedHost.PlayAsync(
            Journals.Of(Trouble),
            TimeLapse.Speed,
            null,
            ("KAIROS_TELEMETRY_EXPORTER", "otlp"),
            ("KAIROS_TELEMETRY_OTLP_ENDPOINT", $"127.0.0.1:{FreePorts.Take()}"),
            ("KAIROS_TELEMETRY_METRICS_INTERVAL_SECONDS", "0.5"));
        _parts.Push(host);
        var application = await AgentApplication.StartAsync();
        _parts.Push(application);
        Pages = [host.Port, application.Port];
        _prometheus = await PrometheusServer.StartAsync(isTimeLapse: true, host.Port, application.Port, FreePorts.Take());
        _parts.Push(_prometheus);
        await _prometheus.WaitForALongStoryAsync();
    }

    public async Task DisposeAsync()
    {
        while (_parts.TryPop(out var part)) await part.DisposeAsync();
    }

    private static IEnumerable<string> Trouble(int second)
    {
        if (second == 0) yield return """{"component":"memory","event":"health","status":"degraded","message":"compaction running"}""";
        if (second % 2 == 0) yield return """{"component":"llm","event":"error","code":"timeout","recoverable":true}""";
        if (second % 20 == 0) yield return """{"component":"llm","event":"recovered","code":"timeout","recoverable":true}""";
        if (second % 30 == 0) yield return """{"component":"memory","event":"recovered","code":"memory_error","recoverable":true}"""; // from nothing
        if (second % 30 == 0) yield return """{"component":"tools/search","event":"error","code":"invalid_input","recoverable":false}""";
    }
}
