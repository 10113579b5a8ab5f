using System.Text.RegularExpressions;
using Kairos.TestUtilities;
using YamlDotNet.RepresentationModel;

namespace Kairos.Host.Tests.CollectorConfigs;

/// <summary>
/// The collector configurations, held against the documentation of the collector. No collector runs here: that one of them starts, and that
/// data arrives behind it, is not shown.
/// </summary>
public sealed partial class CollectorConfigTests
{
    private const string Folder = "config/collector";

    public static TheoryData<string> Names =>
        [.. Repository.Files(Folder, "*.yaml").Select(path => Path.GetFileNameWithoutExtension(path)).Where(name => name != "datadog-agent")];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_component_that_is_used_is_defined_and_every_one_that_is_defined_is_used(string name)
    {
        var file = Read(name);
        string[] Named(Func<Pipeline, string[]> part) => [.. file.Pipelines.SelectMany(part).Distinct().Order(StringComparer.Ordinal)];
        string[] Defined(params string[] sections) =>
            [.. file.Components.Where(component => sections.Contains(component.Section)).Select(component => component.Name).Order(StringComparer.Ordinal)];

        Assert.Equal(Defined("receivers", "connectors"), Named(pipeline => pipeline.Receivers));
        Assert.Equal(Defined("processors"), Named(pipeline => pipeline.Processors));
        Assert.Equal(Defined("exporters", "connectors"), Named(pipeline => pipeline.Exporters));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_key_is_one_that_is_documented(string name)
    {
        var file = Read(name);

        Assert.Empty(file.Components.SelectMany(component => component.Settings.Unknown(component.Documented.Keys).Select(key => $"{component.Name}: {key}")));
        Assert.Empty(file.Root.At("service", "telemetry").Unknown(DocumentedComponent.Telemetry));
        Assert.Empty(file.Root.Keys().Except(["receivers", "processors", "exporters", "connectors", "service"]));
        Assert.Empty(file.Root.At("service").Keys().Except(["pipelines", "telemetry"]));
        Assert.All(file.Pipelines, pipeline => Assert.Empty(
            file.Root.At("service", "pipelines", pipeline.Name).Keys().Except(["receivers", "processors", "exporters"])));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_distribution_that_the_file_asks_for_has_all_its_components(string name)
    {
        var file = Read(name);
        var distribution = Distribution().Match(file.Text).Groups["name"].Value;

        var isForCore = distribution == "otelcol (core) or otelcol-contrib";
        Assert.True(isForCore || distribution == "otelcol-contrib", distribution);
        Assert.Equal(isForCore, file.Components.All(component => component.Documented.IsInCore));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_signal_has_a_way_through_and_no_component_gets_one_that_it_does_not_take(string name)
    {
        var file = Read(name);

        Assert.Equal(["logs", "metrics", "traces"], file.Pipelines.Select(pipeline => pipeline.Signal).Distinct().Order());
        foreach (var pipeline in file.Pipelines)
        {
            Assert.NotEmpty(pipeline.Receivers);
            Assert.NotEmpty(pipeline.Exporters);
            var used = file.Components.Where(component =>
                pipeline.Receivers.Concat(pipeline.Processors).Concat(pipeline.Exporters).Contains(component.Name));
            Assert.All(used, component => Assert.Contains(pipeline.Signal, component.Documented.Signals));
            Assert.Equal("memory_limiter", pipeline.Processors[0]); // the README of the processor: the first in every pipeline
            Assert.Equal("batch", pipeline.Processors[^1]); // that of batch: behind the memory limiter and behind what drops data
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Ports_and_variables_are_those_that_operators_are_told(string name)
    {
        var file = Read(name);
        var protocols = file.Root.At("receivers", "otlp", "protocols");

        Assert.Equal("127.0.0.1:4317", protocols.At("grpc").Text("endpoint"));
        Assert.Equal("127.0.0.1:4318", protocols.At("http").Text("endpoint"));
        Assert.Equal(file.Dollars, file.WellFormedVariables);
        foreach (var variable in file.RequiredVariables)
        {
            Assert.Matches($@"# Needs:[^\n]*(\n#[^\n]*)?\b{variable}\b", file.Text);
            Assert.Contains($"{variable}=", Repository.Read("docs/operating.md"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_way_to_Prometheus_keeps_names_and_shows_them_where_it_is_scraped()
    {
        var file = Read("prometheus");
        var exporter = file.Root.At("exporters", "prometheus");
        var reader = Assert.IsType<YamlMappingNode>(Assert.Single((YamlSequenceNode)file.Root.At("service", "telemetry", "metrics")["readers"]));

        Assert.Equal("UnderscoreEscapingWithoutSuffixes", exporter.Text("translation_strategy")); // one of four, in the exporter's README
        Assert.Equal("127.0.0.1:8888", exporter.Text("endpoint"));
        Assert.Equal(("127.0.0.1", "8889"), (reader.At("pull", "exporter", "prometheus").Text("host"), reader.At("pull", "exporter", "prometheus").Text("port")));
        Assert.Contains("#     - targets: [\"localhost:8888\"]", Repository.Read("config/prometheus/prometheus.yml"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_processor_that_says_where_data_comes_from_is_right_once_it_is_uncommented()
    {
        var lines = Read("plain").Text.Split('\n').Select(line =>
            line is "  # resource:" or "  #   attributes:" || line.StartsWith("  #     - { key:", StringComparison.Ordinal) ? line.Replace("# ", "", StringComparison.Ordinal) : line);
        var file = new CollectorFile(string.Join('\n', lines));

        var resource = file.Component("processors", "resource");
        Assert.Empty(resource.Settings.Unknown(resource.Documented.Keys));
        Assert.Equal(2, ((YamlSequenceNode)resource.Settings["attributes"]).Children.Count);
    }

    [Fact]
    public void The_lines_for_the_Datadog_Agent_are_documented_and_listen_on_the_usual_ports()
    {
        var agent = YamlTree.Parse(Repository.Read($"{Folder}/datadog-agent.yaml"));

        Assert.Empty(agent.Unknown(DocumentedComponent.Agent));
        Assert.Equal("127.0.0.1:4317", agent.At("otlp_config", "receiver", "protocols", "grpc").Text("endpoint"));
        Assert.Equal("127.0.0.1:4318", agent.At("otlp_config", "receiver", "protocols", "http").Text("endpoint"));
        Assert.Equal(("true", "true"), (agent.At("otlp_config", "logs").Text("enabled"), agent.Text("logs_enabled")));
    }

    private static CollectorFile Read(string name) => new(Repository.Read($"{Folder}/{name}.yaml"));

    [GeneratedRegex(@"^# Distribution: (?<name>[a-z]+(?: \(core\) or otelcol-contrib|-contrib)?)[.,]", RegexOptions.Multiline)]
    private static partial Regex Distribution();
}
