using Kairos.Host.Tests.RealParts.Tools;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.RealParts.Scraping;

/// <summary>What Prometheus' own tool says of the files that operators are given.</summary>
[Trait(Parts.Trait, Parts.Real)]
public sealed class RuleFileTests
{
    private const string Folder = "config/prometheus";

    [FactWithPrometheus]
    public async Task The_configuration_is_valid() => await SucceedsAsync("check", "config", Repository.PathOf($"{Folder}/prometheus.yml"));

    [FactWithPrometheus]
    public async Task So_it_is_with_the_job_that_scrapes_a_collector_in_place_of_the_other()
    {
        var lines = Repository.Read($"{Folder}/prometheus.yml").Split('\n').ToList();
        var job = lines.FindIndex(line => line.Contains("job_name: kairos", StringComparison.Ordinal));
        var other = lines.FindIndex(line => line.Contains("# - job_name: kairos-collector", StringComparison.Ordinal));
        var jobs = lines[other..].TakeWhile(line => line.Length > 0).Select(line => line.Replace("  # ", "  ", StringComparison.Ordinal));
        using var folder = new TempFolder();
        foreach (var rules in Repository.Files(Folder, "*.yml")) folder.Write(Path.GetFileName(rules), Repository.Read(rules));

        var path = folder.Write("collector.yml", string.Join('\n', lines[..job].Concat(jobs)));

        var written = await SucceedsAsync("check", "config", path);
        Assert.Contains("2 rule files found", written, StringComparison.Ordinal);
        Assert.Contains("localhost:8888", await File.ReadAllTextAsync(path), StringComparison.Ordinal);
    }

    [FactWithPrometheus]
    public async Task The_rules_are_valid() =>
        await SucceedsAsync("check", "rules", Repository.PathOf($"{Folder}/recording.yml"), Repository.PathOf($"{Folder}/alerts.yml"));

    [FactWithPrometheus]
    public async Task The_rules_pass_their_unit_tests() =>
        await SucceedsAsync(["test", "rules", .. Repository.Files($"{Folder}/tests", "*.yml").Select(Repository.PathOf)]);

    private static async Task<string> SucceedsAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await OutsideTool.Promtool.RunAsync("", arguments);
        Assert.True(exitCode == 0, output + errors);
        Assert.Contains("SUCCESS", output, StringComparison.Ordinal);
        return output;
    }
}
