using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Kairos.Telemetry.Configuration;

/// <summary>Whether the page for Prometheus can be served. The listener itself would tell in many words, none of which is the port.</summary>
internal static class ScrapedPage
{
    private const string Key = "kairos.telemetry.prometheus.port";

    /// <summary>Whether nobody listens there; for names other than <c>localhost</c> that is not asked.</summary>
    public static bool IsFree(PrometheusOptions page)
    {
        var address = page.Host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(page.Host, out var parsed) ? parsed : null;
        if (address is null) return true;
        try
        {
            using var listener = new TcpListener(address, page.Port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>What is told where somebody does.</summary>
    public static SettingProblem Taken(TelemetrySettings settings) => new(
        settings.Found.NameOf(Key),
        settings.Options.Prometheus.Port.ToString(CultureInfo.InvariantCulture),
        $"cannot be listened to on {settings.Options.Prometheus.Host}: another process has it, or this one may not");
}
