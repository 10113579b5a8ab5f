using Kairos.Host.Tests.Processes;
using Kairos.Host.Tests.RealParts.Tools;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Documents;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Documents;

/// <summary>The blocks of the operating guide: what can be run here is run as it stands.</summary>
[Trait(Parts.Trait, Parts.Real)]
public sealed class GuideSnippetTests
{
    private const string Journal = """{"component":"llm","event":"error","code":"timeout","recoverable":true}""" + "\n";
    private const string ErrorsOfModel = "kairos.errors.total{component=llm,error.code=timeout,recoverable=true}";

    // What these start cannot be had here: collectors, containers, Prometheus 3, a capture of packets.
    private static readonly string[] Elsewhere = ["otelcol", "docker run", "--web.enable-otlp-receiver", "tcpdump"];

    private static readonly OutsideTool Shell = new("sh", "", "/bin/sh");
    private static readonly IReadOnlyList<string> Commands = MarkdownDocument.OperatingGuide.Blocks("sh");

    [Fact]
    public async Task Configurations_are_taken_by_the_host()
    {
        var blocks = MarkdownDocument.OperatingGuide.Blocks("hocon");
        Assert.NotEmpty(blocks);
        foreach (var block in blocks)
        {
            using var folder = new TempFolder();
            var path = folder.Write("guide.conf", block);

            var result = await HostRun.RunAsync("config", "--config", path);

            Assert.Equal((0, ""), (result.ExitCode, result.Errors));
            Assert.Contains(result.OutputLines, line => line.EndsWith($"# {path}", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task The_stream_of_errors_to_look_at_opens_the_circuit()
    {
        // It never ends by itself: here sleeping fails after seven times.
        var result = await RunAsync("n=0; sleep() { n=$((n + 1)); [ $n -le 7 ]; }\n" + Block("while sleep 2"), "");

        Assert.Equal(0, result.ExitCode);
        var values = MetricValues.Last(result.Output);
        Assert.Equal((7, 0), (values[ErrorsOfModel], values["kairos.circuitbreaker.state{component=llm}"]));
    }

    [Fact]
    public async Task A_single_error_is_exported_on_the_way_out_and_nothing_else_is_shown()
    {
        var result = await RunAsync(Commands.Single(block => block.EndsWith("kairos run 2>/dev/null", StringComparison.Ordinal)), "");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal(1, MetricValues.Of(Assert.Single(MetricValues.Exports(result.Output)))["kairos.errors.total{component=llm,error.code=llm_error,recoverable=true}"]);
    }

    [Theory]
    [InlineData("2>/dev/null | grep -A 20 kairos.errors")]
    [InlineData("KAIROS_TELEMETRY_METRICS_INTERVAL_SECONDS=5 kairos run | grep -A 20 kairos.errors")]
    public async Task The_errors_can_be_picked_out_of_what_is_shown(string command)
    {
        var result = await RunAsync(Block(command), Journal);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("\"Name\": \"kairos.errors.total\"", result.Output, StringComparison.Ordinal);
        Assert.Contains("\"Value\": 1", result.Output, StringComparison.Ordinal);
    }

    [FactWithJq]
    public async Task Tools_can_read_what_is_shown()
    {
        var result = await RunAsync(Block("jq -r"), Journal);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("kairos.errors.total\t{\"component\":\"llm\",\"error.code\":\"timeout\",\"recoverable\":\"true\"}\t1", result.OutputLines);
        Assert.Contains("kairos.health.status\t{\"component\":\"llm\"}\t2", result.OutputLines);
    }

    [FactWithPrometheus]
    public async Task The_configuration_that_Prometheus_is_to_be_started_with_is_valid()
    {
        var file = Assert.Single(Commands, block => block.StartsWith("prometheus", StringComparison.Ordinal) && !block.Contains("otlp", StringComparison.Ordinal))
            .Split("--config.file=")[1];

        Assert.Equal(0, (await OutsideTool.Promtool.RunAsync("", "check", "config", file)).ExitCode);
    }

    [Fact]
    public void Every_command_is_tried_here_or_cannot_be() =>
        Assert.Equal(6, Commands.Count(command => !Elsewhere.Any(part => command.Contains(part, StringComparison.Ordinal))));

    private static string Block(string part) => Assert.Single(Commands, command => command.Contains(part, StringComparison.Ordinal));

    /// <summary>Runs a block as a shell would whose path leads to the host's program.</summary>
    private static Task<ProgramResult> RunAsync(string script, string input) =>
        Shell.RunAsync(input, "-c", $"PATH='{Path.GetDirectoryName(HostProcess.Executable)}':\"$PATH\"\n{script}");
}
