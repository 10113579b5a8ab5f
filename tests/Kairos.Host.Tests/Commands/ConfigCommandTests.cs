using Kairos.Configuration;
using Kairos.Host.Configuration;
using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Commands;

public sealed class ConfigCommandTests
{
    [Fact]
    public async Task Shows_every_setting_with_where_it_came_from_and_no_secret()
    {
        using var folder = new TempFolder();
        folder.Write("config/kairos.conf", "kairos { service.name = agent, telemetry.otlp.token = s3cr3t, components.llm.breaker.window = 90s }\nkairo {}");

        var result = await HostProcess.RunAsync(new HostStart("config")
        {
            WorkingFolder = folder.Path,
            Variables = new Dictionary<string, string> { ["KAIROS_TELEMETRY_EXPORTER"] = "otlp", ["OTEL_METRIC_EXPORT_INTERVAL"] = "5000" },
        });

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("config/kairos.conf: 'kairo' is not read; the sections that are read are kairos and akka\n", result.Errors);
        var shown = result.OutputLines.Select(line => line.Split("  # ")).ToDictionary(parts => parts[0].TrimEnd(), parts => parts[1]);
        Assert.Equal("variable KAIROS_TELEMETRY_EXPORTER", shown["kairos.telemetry.exporter = otlp"]);
        Assert.Equal("variable OTEL_METRIC_EXPORT_INTERVAL", shown["kairos.telemetry.metrics.interval = 5s"]);
        Assert.Equal("config/kairos.conf", shown["kairos.service.name = agent"]);
        Assert.Equal("config/kairos.conf", shown["kairos.telemetry.otlp.token = ***"]);
        Assert.Equal("config/kairos.conf", shown["kairos.components.llm.breaker.window = 90s"]);
        Assert.Equal("default", shown["kairos.components.memory.breaker.window = 60s"]);
        Assert.Equal("default", shown["kairos.defaults.breaker.consecutive-failures = 5"]);
        Assert.DoesNotContain("s3cr3t", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_setting_of_the_reference_configuration_is_shown_with_its_value()
    {
        var shown = SettingsPrinter.List(SettingsLoader.Load(null, new Dictionary<string, string>())).ToDictionary(line => line.Key, line => line.Value);
        var reference = HoconSource.Leaves(KairosReference.Config, SettingsReader.Section).Where(leaf => leaf.Value is not null).ToList();

        Assert.All(reference, leaf => Assert.Equal((leaf.Name, leaf.Value), (leaf.Name, shown.GetValueOrDefault(leaf.Name))));
    }

    [Fact]
    public async Task What_is_asked_for_beats_the_default_file()
    {
        using var folder = new TempFolder();
        folder.Write("config/kairos.conf", "kairos.service.name = default");
        var asked = folder.Write("other.conf", "kairos.service.name = asked");

        var result = await HostProcess.RunAsync(new HostStart("config", "--config", asked) { WorkingFolder = folder.Path });

        var name = result.OutputLines.Single(line => line.StartsWith("kairos.service.name ", StringComparison.Ordinal));
        Assert.StartsWith("kairos.service.name = asked ", name, StringComparison.Ordinal);
        Assert.EndsWith($"  # {asked}", name, StringComparison.Ordinal);
    }
}
