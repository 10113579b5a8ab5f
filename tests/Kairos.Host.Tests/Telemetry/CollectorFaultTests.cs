using System.Globalization;
using System.Text.RegularExpressions;
using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Telemetry;

/// <summary>
/// A fault begins while the host runs, lasts for some exports, and passes. What the host is there for is unaffected, and in the end the
/// collector knows everything. See <see cref="ExportingHost.EndAsync"/> for what holds in all cases.
/// </summary>
public sealed partial class CollectorFaultTests
{
    private const string FailuresOnPage = "kairos_telemetry_export_failures{signal=\"metrics\"}";
    private const string ErrorsOnPage = "kairos_errors_total{component=\"llm\",error_code=\"timeout\",recoverable=\"true\"}";

    [Theory]
    [InlineData(Fault.NotThere, "grpc")]
    [InlineData(Fault.NotThere, "http/protobuf")]
    [InlineData(Fault.WrongCertificate, "grpc")]
    [InlineData(Fault.ResourceExhausted, "grpc")]
    [InlineData(Fault.ResourceExhausted, "http/protobuf")]
    [InlineData(Fault.Unavailable, "grpc")]
    [InlineData(Fault.Unavailable, "http/protobuf")]
    [InlineData(Fault.Unauthenticated, "grpc")]
    [InlineData(Fault.Unauthenticated, "http/protobuf")]
    public Task A_fault_that_shows_at_once_costs_nothing_and_leaves_no_gap(Fault fault, string protocol) => PassesAsync(fault, protocol, failures: 3);

    [Theory]
    [InlineData(Fault.Mute, "grpc")]
    [InlineData(Fault.NeverAnswers, "grpc")]
    [InlineData(Fault.NeverAnswers, "http/protobuf")]
    [InlineData(Fault.AnswersAfter20Seconds, "grpc")]
    public Task A_fault_that_keeps_exports_waiting_costs_nothing_and_leaves_no_gap(Fault fault, string protocol) =>
        PassesAsync(fault, protocol, failures: 2, ("KAIROS_TELEMETRY_OTLP_TIMEOUT_SECONDS", "1"));

    [Fact]
    public async Task A_name_that_nobody_knows_costs_nothing_but_the_exports()
    {
        await using var faulty = await FaultyCollector.StartAsync(Fault.UnknownName);
        using var page = new MetricsPage();
        await using var host = ExportingHost.Start([.. faulty.Variables("grpc"), .. page.Variables]);

        await host.FeedThousandsAsync(20);
        await host.Process.WaitForErrorsAsync("is running");
        await page.WaitForAsync(FailuresOnPage, 3, host.WaitTimeout);
        await page.WaitForAsync(ErrorsOnPage, host.Fed, host.WaitTimeout);
        var result = await host.EndAsync();

        Assert.Single(Beginnings().Matches(result.Errors));
        Assert.Empty(faulty.Collector.Metrics.All);
    }

    private static async Task PassesAsync(Fault fault, string protocol, int failures, params (string, string)[] variables)
    {
        await using var faulty = await FaultyCollector.StartAsync(fault);
        var collector = faulty.Collector;
        using var page = new MetricsPage();
        await using var host = ExportingHost.Start([.. faulty.Variables(protocol), .. page.Variables, .. variables]);
        await host.FeedThousandsAsync(1);
        var before = await host.WaitForWholeTotalAsync(collector);

        await faulty.BeginAsync();
        await host.FeedThousandsAsync(50);
        await page.WaitForAsync(FailuresOnPage, failures, host.WaitTimeout);
        await faulty.EndAsync();
        await host.FeedThousandsAsync(1);

        var after = await host.WaitForWholeTotalAsync(collector);
        var totals = collector.Metrics.Accepted.Select(ExportingHost.TotalOf).ToList();
        var result = await host.EndAsync();
        Assert.Equal(ExportingHost.ErrorsOf(before).StartTimeUnixNano, ExportingHost.ErrorsOf(after).StartTimeUnixNano);
        Assert.Equal(totals.Order(), totals);
        var failed = MetricValues.Of(after.Message)[ExportingHost.Failures];
        Assert.InRange(failed, failures, double.MaxValue);
        AssertSaidOnce(result, failed);
    }

    /// <summary>
    /// However many exports fail, that it begins and that it ends is said once. On a busy machine a late answer may be a second trouble, which
    /// is said again.
    /// </summary>
    private static void AssertSaidOnce(ProgramResult result, double failures)
    {
        var (beginnings, ends) = (Beginnings().Matches(result.Errors), Ends().Matches(result.Errors));
        Assert.InRange(beginnings.Count, 1, (int)failures - 1);
        Assert.Equal(beginnings.Count, ends.Count);
        var said = beginnings.Zip(ends).SelectMany(pair => new[] { pair.First.Index, pair.Second.Index }).ToList();
        Assert.Equal(said.Order(), said);
        Assert.InRange(double.Parse(ends[^1].Groups[1].Value, CultureInfo.InvariantCulture), failures, double.MaxValue);
    }

    [GeneratedRegex("an export of metrics failed \\([^)]+\\); further failures are counted in kairos.telemetry.export.failures$", RegexOptions.Multiline)]
    private static partial Regex Beginnings();

    [GeneratedRegex("exports of metrics arrive again; ([0-9]+) have failed so far$", RegexOptions.Multiline)]
    private static partial Regex Ends();
}
