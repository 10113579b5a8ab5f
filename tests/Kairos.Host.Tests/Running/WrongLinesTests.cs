using System.Runtime.InteropServices;
using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Running;

public sealed class WrongLinesTests
{
    [Fact]
    public async Task Wrong_lines_are_named_counted_and_skipped()
    {
        using var folder = new TempFolder();
        folder.Write("mixed.jsonl", string.Join(
            "\r\n",
            "\uFEFF{\"at\":\"2026-01-15T17:50:00Z\",\"component\":\"llm\",\"event\":\"error\",\"code\":\"timeout\",\"recoverable\":true}",
            "oops",
            "",
            "{\"at\":\"2026-01-15T17:50:01+00:00\",\"component\":\"LLM\",\"event\":\"error\",\"code\":\"timeout\"}",
            "{\"at\":\"2026-01-15T17:49:59Z\",\"component\":\"llm\",\"event\":\"error\",\"code\":\"timeout\"}",
            "{\"component\":\"llm\",\"event\":\"error\",\"code\":\"tiemout\"}",
            new string('x', 70_000),
            "{\"at\":\"+2s\",\"component\":\"llm\",\"event\":\"error\",\"code\":\"timeout\",\"recoverable\":true}",
            "{\"at\":\"+3s\",\"event\":\"end\"}",
            "behind the end nothing is read"));

        var result = await HostProcess.RunAsync(new HostStart("run", "--events", "mixed.jsonl", "--speed", "100") { WorkingFolder = folder.Path });

        Assert.Equal(4, result.ExitCode);
        var wrong = result.ErrorLines.Where(line => line.StartsWith("mixed.jsonl:", StringComparison.Ordinal)).Select(line => line.Split(';')[0]);
        Assert.Equal(
            [
                "mixed.jsonl:2: not JSON, at byte 1",
                "mixed.jsonl:4: 'component' is 'LLM'",
                "mixed.jsonl:5: 'at' is +-1s, which is before the line above, +0s",
                "mixed.jsonl:6: 'code' is 'tiemout'",
                "mixed.jsonl:7: longer than 65536 bytes",
            ],
            wrong);
        Assert.EndsWith("accepted 3 events, skipped 5\n", result.Errors, StringComparison.Ordinal);
        Assert.Equal(2, MetricValues.Last(result.Output)["kairos.errors.total{component=llm,error.code=timeout,recoverable=true}"]);
    }

    [Fact]
    public async Task Told_to_stop_it_still_says_by_its_exit_code_that_lines_were_skipped()
    {
        await using var host = HostProcess.Start("run", "--events", "-");
        await host.Input.WriteAsync("oops\n"u8.ToArray(), host.WaitTimeout);
        await host.Input.FlushAsync(host.WaitTimeout);
        await host.WaitForErrorsAsync("-:1: not JSON");

        host.Signal(PosixSignal.SIGTERM);

        Assert.Equal(4, (await host.WaitForExitAsync()).ExitCode);
    }

    [Fact]
    public async Task After_twenty_wrong_lines_further_ones_are_only_counted()
    {
        var result = await HostRun.RunAsync(new HostStart("run", "--events", "-"), string.Concat(Enumerable.Repeat("oops\n", 50)));

        Assert.Equal(4, result.ExitCode);
        Assert.Equal(20, result.ErrorLines.Count(line => line.StartsWith("-:", StringComparison.Ordinal)));
        Assert.Contains("Further lines that are wrong are counted only.", result.ErrorLines);
        Assert.EndsWith("accepted 0 events, skipped 50\n", result.Errors, StringComparison.Ordinal);
    }
}
