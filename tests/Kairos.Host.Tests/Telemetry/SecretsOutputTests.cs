using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Telemetry;

/// <summary>
/// Headers, a token and a password: whatever is run with them, and however it goes wrong, nobody finds them in what is printed or in what is
/// exported. The headers of the exports are what they are for.
/// </summary>
[Collection(HostRun.Spans)]
public sealed class SecretsOutputTests : IDisposable
{
    // Whoever looks for a fault turns everything on that there is.
    private const string Talkative =
        """
        akka {
          loglevel = DEBUG, stdout-loglevel = DEBUG, log-config-on-start = on
          actor.debug { receive = on, autoreceive = on, lifecycle = on, event-stream = on, unhandled = on }
        }
        """;

    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("grpc", false)]
    [InlineData("http/protobuf", true)]
    public async Task Exports_that_arrive_are_authenticated_and_tell_nothing(string protocol, bool isInFile)
    {
        await using var collector = await OtlpCollector.StartAsync();

        var result = await RunAsync(collector, protocol, isInFile);

        Assert.Equal(4, result.ExitCode); // a line of the journal is wrong on purpose
        Secrets.AssertNone(result);
        var headers = collector.Metrics.Accepted[^1].Headers;
        Assert.Equal((Secrets.Header, $"Basic {Secrets.Credentials}"), (headers["x-key"], headers["authorization"]));
        Secrets.AssertNone(collector);
    }

    [Theory]
    [InlineData("grpc", true)]
    [InlineData("http/protobuf", false)]
    public async Task Exports_that_are_refused_with_all_their_headers_repeated_tell_nothing(string protocol, bool isInFile)
    {
        await using var collector = await OtlpCollector.StartAsync();
        collector.Behaviour = Behaviour.Unauthenticated;

        var result = await RunAsync(collector, protocol, isInFile);

        Assert.Equal(4, result.ExitCode); // a line of the journal is wrong on purpose
        Assert.Contains("an export of metrics failed", result.Errors, StringComparison.Ordinal);
        Secrets.AssertNone(result);
        Secrets.AssertNone(collector);
    }

    [Fact]
    public async Task Exports_that_reach_nobody_tell_nothing()
    {
        await using var collector = OtlpCollector.Absent();

        var result = await RunAsync(collector, "grpc", isInFile: true);

        Assert.Contains("an export of metrics failed", result.Errors, StringComparison.Ordinal);
        Secrets.AssertNone(result);
    }

    [Theory]
    [InlineData("stdout")]
    [InlineData("none")]
    public async Task Other_exporters_have_no_use_for_them(string exporter)
    {
        using var page = new MetricsPage();
        await using var host = ExportingHost.Start([.. Secrets.InVariables, .. page.Variables, ("KAIROS_TELEMETRY_EXPORTER", exporter)]);
        await host.FeedThousandsAsync(1);
        await host.Process.WaitForErrorsAsync("is running");

        var shown = await page.ReadAsync(host.WaitTimeout);
        host.Process.CloseInput();
        var result = await host.Process.WaitForExitAsync();

        Secrets.AssertNone(result with { Output = result.Output + shown });
    }

    [Fact]
    public async Task A_host_that_cannot_start_tells_nothing()
    {
        using var page = new MetricsPage();
        await using var other = new MuteListener(page.Port);
        await using var host = ExportingHost.Start([.. Secrets.InVariables, .. page.Variables]);

        var result = await host.Process.WaitForExitAsync();

        Assert.NotEqual(0, result.ExitCode);
        Secrets.AssertNone(result);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<ProgramResult> RunAsync(OtlpCollector collector, string protocol, bool isInFile)
    {
        var file = _folder.Write("talkative.conf", $"{Talkative}\n{(isInFile ? Secrets.InFile : "")}\n");
        var variables = new Dictionary<string, string>
        {
            ["KAIROS_TELEMETRY_EXPORTER"] = "otlp",
            ["KAIROS_TELEMETRY_OTLP_ENDPOINT"] = protocol == "grpc" ? collector.Grpc : collector.Http,
            ["KAIROS_TELEMETRY_OTLP_PROTOCOL"] = protocol,
            ["KAIROS_TELEMETRY_METRICS_INTERVAL_SECONDS"] = "0.2",
        };
        if (!isInFile) foreach (var (name, value) in Secrets.InVariables) variables[name] = value;
        return await HostRun.RunAsync(
            new HostStart("run", "--events", "-", "--config", file) { Variables = variables },
            $$"""
            not a journal
            {{ExportingHost.TracedError}}
            {"component":"tools","event":"isolate"}
            """);
    }
}
