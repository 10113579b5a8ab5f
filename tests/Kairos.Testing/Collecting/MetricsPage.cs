using System.Globalization;

namespace Kairos.Testing.Collecting;

/// <summary>What a host shows to Prometheus, on a port that is reserved for it.</summary>
internal sealed class MetricsPage : IDisposable
{
    private readonly ReservedPort _port = new();
    private readonly HttpClient _client = new();

    /// <summary>The variables that make a host show the page.</summary>
    public IEnumerable<(string Name, string Value)> Variables =>
        [("KAIROS_TELEMETRY_PROMETHEUS_ENABLED", "true"), ("KAIROS_TELEMETRY_PROMETHEUS_PORT", _port.Number.ToString(CultureInfo.InvariantCulture))];

    public int Port => _port.Number;

    public Uri Address => new($"http://localhost:{Port}/metrics");

    public Task<string> ReadAsync(CancellationToken cancellation) => _client.GetStringAsync(Address, cancellation);

    /// <summary>Waits for a series, written as on the page, to have a value of at least so much.</summary>
    public async Task WaitForAsync(string series, double atLeast, CancellationToken cancellation)
    {
        while (ValuesOf(await ReadAsync(cancellation)).GetValueOrDefault(series) < atLeast) cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>The values by series, both as they are written on the page.</summary>
    public static SortedDictionary<string, double> ValuesOf(string page) => new(
        page.Split('\n')
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' '))
            .ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture)),
        StringComparer.Ordinal);

    public void Dispose()
    {
        _client.Dispose();
        _port.Dispose();
    }
}
