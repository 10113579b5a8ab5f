namespace Kairos;

/// <summary>The page that a Prometheus scrapes: <c>http://HOST:PORT/metrics</c>. It shows metrics to whoever can reach it. Not thread-safe.</summary>
public sealed record PrometheusOptions
{
    /// <summary>Whether there is such a page. Default: no; where the page is set otherwise, and this is not, a warning says so.</summary>
    public bool Enabled
    {
        get => IsEnabled is true;
        set => IsEnabled = value;
    }

    /// <summary>The same; null where nobody has said.</summary>
    internal bool? IsEnabled { get; private set; }

    /// <summary>The name or address to listen on. Default: <c>localhost</c>, so that nobody else can read it.</summary>
    public string Host { get; set; } = "localhost";

    /// <summary>The port to listen on: 1 to 65535. Default: 9464.</summary>
    public int Port { get; set; } = 9464;
}
