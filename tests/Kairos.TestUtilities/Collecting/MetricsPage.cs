using System.Globalization;
using Kairos.TestUtilities.Ports;

namespace Kairos.TestUtilities.Collecting;

/// <summary>What a host shows to Prometheus, on a port that is reserved for it.</summary>
internal sealed class MetricsPage : IDisposable
{
    private readonly ReservedPort _port = new();
    private readonly HttpClient _client = new();

    /// <summary>The variables that make a host show the page.</summary>
    public IEnumerable<(string Name, string Value)> Variables =>
        [("KAIROS_TELEMETRY_PROMETHEUS_ENABLED", "true"), ("KAIROS_TELEMETRY_PROMETHEUS_PORT", _port.Number.ToString(CultureInfo.InvariantCulture))];

    public ReservedPort Port => _port;

    public Uri Address => new($"http://localhost:{_port.Number}/metrics");

    /// <summary>Reads the page.</summary>
    /// <param name="cancellationToken">What ends the waiting.</param>
    /// <param name="format">What is asked for.</param>
    public async Task<string> ReadAsync(CancellationToken cancellationToken, string format = "text/plain")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address);
        request.Headers.TryAddWithoutValidation("Accept", format);
        using var response = await _client.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        Assert.Equal(format.Split(';')[0], response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    /// <summary>Waits for a series, written as on the page, to have a value of at least so much. The host must have said that it runs.</summary>
    public async Task WaitForAsync(string series, double atLeast, CancellationToken cancellationToken)
    {
        while (ValuesOf(await ReadAsync(cancellationToken)).GetValueOrDefault(series) < atLeast) cancellationToken.ThrowIfCancellationRequested();
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
