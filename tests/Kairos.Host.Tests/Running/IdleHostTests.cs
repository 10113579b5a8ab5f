using System.Runtime.InteropServices;
using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities.Collecting;

namespace Kairos.Host.Tests.Running;

public sealed class IdleHostTests
{
    private const string IsRunning = "kairos 0.9.0 is running, exporter stdout\n";

    [Theory]
    [InlineData("</dev/null", PosixSignal.SIGTERM)]
    [InlineData("<&-", PosixSignal.SIGINT)]
    [InlineData("", PosixSignal.SIGTERM)]
    [InlineData("</dev/null", PosixSignal.SIGHUP)]
    [InlineData("", PosixSignal.SIGHUP)]
    public async Task Without_a_journal_it_runs_until_it_is_told_to_stop(string input, PosixSignal signal)
    {
        await using var host = HostProcess.Start(new HostStart("run")
        {
            Redirections = input,
            Variables = new Dictionary<string, string> { ["KAIROS_TELEMETRY_METRICS_INTERVAL_SECONDS"] = "0.2" },
        });
        host.CloseInput();
        await host.Output.WaitForAsync(output => MetricValues.Exports(output).Count >= 3, host.WaitTimeout);

        host.Signal(signal);
        host.Signal(signal); // who presses twice loses nothing
        var result = await host.WaitForExitAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith("accepted 0 events, skipped 0\n", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task To_run_is_what_it_does_when_nothing_is_said_and_its_last_export_is_made_at_the_end()
    {
        await using var host = HostProcess.Start();
        host.CloseInput();
        await host.WaitForErrorsAsync(IsRunning);

        host.Signal(PosixSignal.SIGTERM);
        var result = await host.WaitForExitAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(2, MetricValues.Of(Assert.Single(MetricValues.Exports(result.Output)))["kairos.health.status{component=llm}"]);
    }

    [Fact]
    public async Task Told_to_stop_while_it_starts_it_stops()
    {
        await using var host = HostProcess.Start("run");
        await host.WaitForThreadAsync("kairos.dispatch"); // the first of its own actors is being created

        host.Signal(PosixSignal.SIGTERM);

        Assert.Equal(0, (await host.WaitForExitAsync()).ExitCode);
    }

    [Fact]
    public async Task Started_with_nohup_it_outlives_its_terminal()
    {
        await using var host = HostProcess.Start(new HostStart("run")
        {
            Preparation = "trap '' HUP",
            Redirections = "</dev/null",
            Variables = new Dictionary<string, string> { ["KAIROS_TELEMETRY_METRICS_INTERVAL_SECONDS"] = "0.2" },
        });
        await host.WaitForErrorsAsync(IsRunning);

        host.Signal(PosixSignal.SIGHUP);
        var exports = MetricValues.Exports(host.Output.Text).Count;
        await host.Output.WaitForAsync(output => MetricValues.Exports(output).Count >= exports + 5, host.WaitTimeout); // a stop makes one more
        host.Signal(PosixSignal.SIGTERM);

        Assert.Equal(0, (await host.WaitForExitAsync()).ExitCode);
    }
}
