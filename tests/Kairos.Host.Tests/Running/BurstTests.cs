using System.Runtime.InteropServices;
using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Running;

[Trait(Parts.Trait, Parts.Real)]
public sealed class BurstTests
{
    private const string Errors = "kairos.errors.total{component=llm,error.code=timeout,recoverable=true}";
    private const int Million = 1_000_000;

    [Fact]
    public async Task A_million_errors_on_standard_input_are_exported_to_the_last_one_in_little_memory()
    {
        await using var host = Start();

        await ErrorLines.WriteAsync(host.Input, Million, host.WaitTimeout);
        await host.Output.WaitForAsync(output => LastTotal(output) == Million, host.WaitTimeout);
        var peak = host.PeakMegabytes;
        host.CloseInput();
        var result = await host.WaitForExitAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(Million, LastTotal(result.Output));
        Assert.EndsWith("accepted 1000000 events, skipped 0\n", result.Errors, StringComparison.Ordinal);
        Assert.InRange(peak, 1, 299);
    }

    [Fact]
    public async Task A_journal_of_a_million_lines_is_exported_to_the_last_one()
    {
        using var folder = new TempFolder();
        var journal = Path.Combine(folder.Path, "million.jsonl");
        await using (var file = File.Create(journal)) await ErrorLines.WriteAsync(file, Million, CancellationToken.None);

        var result = await HostProcess.RunAsync(new HostStart("run", "--events", journal) { WaitTimeout = TimeSpan.FromMinutes(4) });

        Assert.Equal((0, Million), (result.ExitCode, LastTotal(result.Output)));
        Assert.EndsWith("accepted 1000000 events, skipped 0\n", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PosixSignal.SIGTERM, 1)]
    [InlineData(PosixSignal.SIGTERM, 150_000)]
    [InlineData(PosixSignal.SIGINT, 50_000)]
    [InlineData(PosixSignal.SIGHUP, 300_000)] // garbage has been collected by then
    public async Task Told_to_stop_in_the_middle_it_exports_exactly_what_it_accepted(PosixSignal signal, int atLeast)
    {
        await using var host = Start();
        var feeding = ErrorLines.WriteForeverAsync(host.Input, host.WaitTimeout);
        await host.Output.WaitForAsync(output => LastTotal(output) >= atLeast, host.WaitTimeout);

        host.Signal(signal);
        var result = await host.WaitForExitAsync();
        await feeding;

        Assert.Equal(0, result.ExitCode);
        Assert.InRange(LastTotal(result.Output), atLeast, double.MaxValue);
        Assert.EndsWith($"accepted {LastTotal(result.Output)} events, skipped 0\n", result.Errors, StringComparison.Ordinal);
    }

    private static RunningProgram Start() => HostProcess.Start(new HostStart("run", "--events", "-")
    {
        Variables = new Dictionary<string, string> { ["KAIROS_TELEMETRY_METRICS_INTERVAL_SECONDS"] = "0.3" },
        WaitTimeout = TimeSpan.FromSeconds(120),
    });

    private static double LastTotal(string output) => MetricValues.Last(output).GetValueOrDefault(Errors);
}
