using System.Text.RegularExpressions;
using Kairos.Host.Tests.Configuration;
using Kairos.Telemetry.Configuration;
using Kairos.Telemetry.Export;
using Kairos.Telemetry.Otlp;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Documents;

namespace Kairos.Host.Tests.Documents;

/// <summary>Whatever the documents for operators name is there, and nothing that is there is left out.</summary>
public sealed partial class GuideReferenceTests
{
    private static readonly MarkdownDocument Guide = MarkdownDocument.OperatingGuide;

    public static TheoryData<string> Documents => ["README.md", "docs/operating.md"];

    [Theory]
    [MemberData(nameof(Documents))]
    [InlineData("CONTRIBUTING.md")]
    public void Files_that_are_named_exist(string document)
    {
        var files = Files().Matches(new MarkdownDocument(document).Text).Select(file => file.Value.TrimEnd('.', '/')).Distinct().ToList();

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.True(Matches(file), file));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Variables_that_are_named_are_read_and_values_that_are_given_are_allowed(string document)
    {
        var text = new MarkdownDocument(document).Text;
        var known = TelemetryKeys.All.SelectMany(key => key.Standard.Append(TelemetryKeys.OwnOf(key)))
            .SelectMany(variable => SignalNames.All.Select(variable.NameFor))
            .Append(TelemetryKeys.SdkDisabled).ToHashSet();

        Assert.Empty(VariableNames().Matches(text).Select(name => name.Value).Where(name => !OfAgent(name)).Except(known).Distinct());
        var values = Assignments().Matches(text).Select(given => (given.Groups["name"].Value, given.Groups["value"].Value)).Distinct().ToList();
        Assert.NotEmpty(values);
        Assert.All(values, given => Assert.Empty(Loading.Problems("", given)));
    }

    [Fact]
    public void Links_within_the_guide_and_from_alerts_to_it_lead_somewhere()
    {
        var links = Links().Matches(Guide.Text).Concat(Runbooks().Matches(Repository.Read("config/prometheus/alerts.yml"))).Select(link => link.Groups["anchor"].Value);

        Assert.Empty(links.Except(Guide.Anchors).Distinct());
    }

    [Fact]
    public void Every_alert_is_in_the_table_with_its_severity_and_links_to_its_own_section()
    {
        var alerts = Alerts().Matches(Repository.Read("config/prometheus/alerts.yml"))
            .Select(alert => (Name: alert.Groups["name"].Value, Severity: alert.Groups["severity"].Value, Runbook: alert.Groups["runbook"].Value)).ToList();

        Assert.NotEmpty(alerts);
        Assert.Equal(
            alerts.Select(alert => ($"[{alert.Name}](#{alert.Name.ToLowerInvariant()})", alert.Severity)),
            Guide.Table("alert", "severity", "fires when").Select(row => (row[0], row[1])));
        Assert.All(alerts, alert => Assert.Equal(alert.Name.ToLowerInvariant(), alert.Runbook));
    }

    [Fact]
    public void Every_metric_is_in_the_table_under_both_its_names_and_has_a_section()
    {
        var names = typeof(MetricNames).GetFields().Select(field => (string)field.GetValue(null)!).Where(name => name.StartsWith("kairos.", StringComparison.Ordinal))
            .Append(ExportHealth.MetricName).Order(StringComparer.Ordinal).ToList();
        var table = Guide.Table("metric", "in Prometheus", "kind", "unit", "attributes");

        Assert.Equal(names, table.Select(row => row[0].Trim('`')).Order(StringComparer.Ordinal));
        Assert.All(table, row => Assert.StartsWith(row[0].Replace('.', '_').TrimEnd('`'), row[1], StringComparison.Ordinal));
        Assert.All(names, name => Assert.Contains($"\n### {name}\n", Guide.Text, StringComparison.Ordinal));
    }

    /// <summary>Those of the sample agent, whose own tests look at them.</summary>
    private static bool OfAgent(string variable) => variable.StartsWith("KAIROS_LLM_", StringComparison.Ordinal) || variable.StartsWith("KAIROS_AGENT_", StringComparison.Ordinal);

    /// <summary>Whether there is a file or a folder, or a file that a wildcard stands for.</summary>
    private static bool Matches(string path) => path.Contains('*', StringComparison.Ordinal)
        ? Repository.Files(Path.GetDirectoryName(path)!, Path.GetFileName(path)).Any()
        : Path.Exists(Repository.PathOf(path));

    [GeneratedRegex(@"(?<![\w/])(?:config|docs|src|samples|tests|benchmarks|\.ci)/[\w./*-]*")]
    private static partial Regex Files();

    [GeneratedRegex(@"\b(?:KAIROS|OTEL)_[A-Z][A-Z_]*[A-Z]\b")]
    private static partial Regex VariableNames();

    [GeneratedRegex(@"(?<name>\bKAIROS_[A-Z_]+)=(?<value>[^\s`|;]+)")]
    private static partial Regex Assignments();

    [GeneratedRegex(@"\]\(#(?<anchor>[^)]+)\)")]
    private static partial Regex Links();

    [GeneratedRegex(@"runbook: docs/operating\.md#(?<anchor>\S+)")]
    private static partial Regex Runbooks();

    [GeneratedRegex(@"- alert: (?<name>\w+).*?severity: (?<severity>\w+).*?runbook: docs/operating\.md#(?<runbook>\w+)", RegexOptions.Singleline)]
    private static partial Regex Alerts();
}
