namespace Kairos.Telemetry;

/// <summary>The page that a Prometheus scrapes: <c>http://HOST:PORT/metrics</c>. It shows metrics to whoever can reach it. Immutable.</summary>
public sealed record PrometheusOptions
{
    /// <summary>Whether there is such a page. Default: no.</summary>
    public bool Enabled { get; init; }

    /// <summary>The name or address to listen on. Default: <c>localhost</c>, so that nobody else can read it.</summary>
    public string Host { get; init; } = "localhost";

    /// <summary>The port to listen on: 1 to 65535. Default: 9464.</summary>
    public int Port { get; init; } = 9464;
}
