using System.Runtime.InteropServices;
using System.Text;
using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Running;

/// <summary>
/// A pipe that is there, and that nobody reads: a pager that was stopped, a log driver that hangs. Its 64 KiB are full soon; whoever writes on
/// waits for ever.
/// </summary>
[Trait(Parts.Trait, Parts.Real)]
public sealed class StuckStreamsTests : IDisposable
{
    private const int Components = 2000; // each logs two lines when it is isolated
    private const int Errors = 20_000;
    private const string Total = "kairos.errors.total{component=llm,error.code=timeout,recoverable=true}";

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task A_standard_error_that_nobody_reads_holds_up_no_export_by_otlp_and_no_stop()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var host = Start("2>stuck", ("KAIROS_TELEMETRY_EXPORTER", "otlp"), ("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc));
        await FeedAsync(host);
        await collector.Metrics.WaitForAsync(received => MetricValues.Of(received.Message).GetValueOrDefault(Total) == Errors, host.WaitTimeout);

        await StopAsync(host);

        Assert.Equal(Errors, MetricValues.Of(collector.Metrics.Accepted[^1].Message)[Total]);
    }

    [Fact]
    public async Task Nor_on_standard_output()
    {
        await using var host = Start("2>stuck");
        await FeedAsync(host);
        await host.Output.WaitForAsync(text => text.Contains($"\"Value\": {Errors}", StringComparison.Ordinal), host.WaitTimeout);

        var result = await StopAsync(host);

        Assert.Equal(Errors, MetricValues.Last(result.Output)[Total]);
    }

    [Fact]
    public async Task A_standard_output_that_nobody_reads_does_not_outlive_the_last_exports_time()
    {
        await using var host = Start(">stuck", ("KAIROS_TELEMETRY_SHUTDOWN_TIMEOUT_SECONDS", "1"));
        await FeedAsync(host); // an export of all these components is longer than the pipe
        await host.WaitForErrorsAsync("last circuit closed -> open (manual) #1");

        var result = await StopAsync(host);

        Assert.Contains("what was left to export of metrics did not arrive within", result.Errors, StringComparison.Ordinal);
        Assert.EndsWith($"accepted {Components + Errors + 1} events, skipped 0\n", result.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private RunningProgram Start(string redirection, params (string Name, string Value)[] variables) => HostProcess.Start(new HostStart("run", "--events", "-")
    {
        Preparation = "mkfifo stuck; exec 9<>stuck", // it has a reader who never reads
        Redirections = redirection,
        WorkingFolder = _folder.Path,
        WaitTimeout = TimeSpan.FromMinutes(3),
        Variables = variables.Append(("KAIROS_TELEMETRY_METRICS_INTERVAL_SECONDS", "0.2")).ToDictionary(pair => pair.Item1, pair => pair.Item2),
    });

    private static async Task FeedAsync(RunningProgram host)
    {
        var lines = new StringBuilder();
        for (var i = 0; i < Components; i++) lines.Append("{\"component\":\"tool-").Append(i).Append("\",\"event\":\"isolate\"}\n");
        await host.Input.WriteAsync(Encoding.UTF8.GetBytes(lines.ToString()), host.WaitTimeout);
        await ErrorLines.WriteAsync(host.Input, Errors, host.WaitTimeout);
        await host.Input.WriteAsync("{\"component\":\"last\",\"event\":\"isolate\"}\n"u8.ToArray(), host.WaitTimeout);
        await host.Input.FlushAsync(host.WaitTimeout);
    }

    private static async Task<ProgramResult> StopAsync(RunningProgram host)
    {
        host.Signal(PosixSignal.SIGTERM);
        var result = await host.WaitForExitAsync(); // who waits for the reader waits for ever
        Assert.Equal(0, result.ExitCode);
        return result;
    }
}
