using System.Runtime.InteropServices;
using System.Text;
using Kairos.Host.Tests.Processes;
using Kairos.Host.Tests.Running;
using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Collecting.Wire;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Telemetry;

/// <summary>A host that exports by OTLP five times a second, and is fed errors that are counted here as well.</summary>
internal sealed class ExportingHost : IAsyncDisposable
{
    /// <summary>Those that it is fed.</summary>
    public const string Errors = "kairos.errors.total{component=llm,error.code=timeout,recoverable=true}";

    /// <summary>The exports of metrics that have failed.</summary>
    public const string Failures = "kairos.telemetry.export.failures{signal=metrics}";

    /// <summary>A line of a journal that leaves a span, once metrics have been collected.</summary>
    public const string TracedError =
        """{"component":"memory","event":"error","code":"memory_error","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7"}""";

    private int _lines;

    private ExportingHost(IRunning process) => Process = process;

    public IRunning Process { get; }

    /// <summary>How many errors it has been fed.</summary>
    public int Fed { get; private set; }

    public CancellationToken WaitTimeout => Process.WaitTimeout;

    /// <summary>Starts it within the tests' process.</summary>
    /// <param name="variables">Besides those that make it so, or instead of them; null for one that is not to be set.</param>
    public static ExportingHost Start(params IEnumerable<(string Name, string? Value)> variables) => new(HostRun.Start(Describe(variables)));

    /// <summary>Starts the executable: where memory, the end of a process, or the SDK's own variables are looked at.</summary>
    /// <param name="variables">See <see cref="Start"/>.</param>
    public static ExportingHost StartProgram(params IEnumerable<(string Name, string? Value)> variables) => new(HostProcess.Start(Describe(variables)));
    public Task FeedThousandsAsync(int thousands)
    {
        Fed += thousands * 1000;
        return FeedAsync(thousands * 1000, ErrorLines.WriteAsync(Process.Input, thousands * 1000, WaitTimeout));
    }

    public Task FeedLineAsync(string line) => FeedAsync(1, WriteAsync(Encoding.UTF8.GetBytes(line + "\n")));

    /// <summary>Waits until it has taken in what it was fed. It says so of a last event, which opens the circuit of the tools.</summary>
    public async Task WaitUntilTakenInAsync()
    {
        await FeedLineAsync("""{"component":"tools","event":"isolate"}""");
        await Process.WaitForErrorsAsync("tools circuit closed -> open (manual) #1");
    }

    /// <summary>Waits for an accepted export that has all errors that it was fed.</summary>
    public Task<Received<ExportMetricsServiceRequest>> WaitForWholeTotalAsync(OtlpCollector collector) =>
        collector.Metrics.WaitForAsync(received => TotalOf(received) == Fed, WaitTimeout);

    /// <summary>Lets it come to its end, or tells it to stop; either way nothing is lost and nothing is wrong.</summary>
    public async Task<ProgramResult> EndAsync(PosixSignal? signal = null)
    {
        await Process.WaitForErrorsAsync(" is running, ");
        if (Process is RunningProgram program) Assert.InRange(program.PeakMegabytes, 1, 299);
        if (signal is { } told) Process.Signal(told);
        else Process.CloseInput();
        var result = await Process.WaitForExitAsync();
        Assert.Equal((0, ""), (result.ExitCode, result.Output));
        Assert.EndsWith($"\naccepted {_lines} events, skipped 0\n", result.Errors, StringComparison.Ordinal);
        return result;
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    public static double TotalOf(Received<ExportMetricsServiceRequest> received) => MetricValues.Of(received.Message).GetValueOrDefault(Errors);

    /// <summary>The one series of errors in an export.</summary>
    public static NumberDataPoint ErrorsOf(Received<ExportMetricsServiceRequest> received) => Assert.Single(CounterOf(received).DataPoints);

    public static Sum CounterOf(Received<ExportMetricsServiceRequest> received) =>
        received.Message.ResourceMetrics[0].ScopeMetrics[0].Metrics.Single(metric => metric.Name == "kairos.errors.total").Sum;

    private async Task FeedAsync(int lines, Task writing)
    {
        _lines += lines;
        try
        {
            await writing;
        }
        catch (IOException)
        {
            var result = await Process.WaitForExitAsync();
            Assert.Fail($"It ended with exit code {result.ExitCode} while it was fed. It wrote:\n{result.Errors}");
        }
    }

    private async Task WriteAsync(byte[] bytes)
    {
        await Process.Input.WriteAsync(bytes, WaitTimeout);
        await Process.Input.FlushAsync(WaitTimeout);
    }

    private static HostStart Describe(IEnumerable<(string Name, string? Value)> variables)
    {
        var all = new Dictionary<string, string?>
        {
            ["KAIROS_TELEMETRY_EXPORTER"] = "otlp",
            ["KAIROS_TELEMETRY_METRICS_INTERVAL_SECONDS"] = "0.2",
            ["KAIROS_TELEMETRY_SHUTDOWN_TIMEOUT_SECONDS"] = "30", // a busy machine may take longer than the default for the last exports
        };
        foreach (var (name, value) in variables) all[name] = value;
        return new HostStart("run", "--events", "-")
        {
            Variables = all.Where(variable => variable.Value is not null).ToDictionary(variable => variable.Key, variable => variable.Value!),
        };
    }
}
