using Kairos.TestUtilities;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.RealParts.Scraping;

/// <summary>
/// The configuration that operators are given, with no more changed than a test must change: the ports, a scrape and an evaluation every
/// second, and, in a time-lapse, the durations of the rules.
/// </summary>
internal static class PrometheusSetup
{
    private const string Folder = "config/prometheus";
    private static readonly string[] Rules = ["recording.yml", "alerts.yml"];

    /// <summary>Writes the main file to a folder and returns its path. It names the rules, which need not be there yet.</summary>
    public static string WriteConfiguration(TempFolder folder, IEnumerable<int> ports)
    {
        var targets = string.Join(", ", ports.Select(port => $"\"localhost:{port}\""));
        var configuration = Repository.Read($"{Folder}/prometheus.yml");
        configuration = Replace(configuration, "scrape_interval: 15s", "scrape_interval: 1s");
        configuration = Replace(configuration, "evaluation_interval: 15s", "evaluation_interval: 1s");
        configuration = Replace(configuration, "targets: [\"localhost:9464\"]", $"targets: [{targets}]");
        return folder.Write("prometheus.yml", configuration);
    }

    /// <summary>Writes the rules beside it.</summary>
    public static void WriteRules(TempFolder folder, bool isTimeLapse)
    {
        foreach (var file in Rules)
        {
            var rules = Repository.Read($"{Folder}/{file}");
            folder.Write(file, isTimeLapse ? TimeLapse.Of(rules) : rules);
        }
    }

    private static string Replace(string text, string old, string with)
    {
        Assert.Contains(old, text, StringComparison.Ordinal);
        return text.Replace(old, with, StringComparison.Ordinal);
    }
}
