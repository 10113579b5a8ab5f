using System.Diagnostics;
using Kairos.Tests.Hosting;
using Microsoft.Extensions.Logging;
using static Kairos.ComponentProtocol;

namespace Kairos.Tests.Instruments;

/// <summary>Errors in the log: at a bounded rate, with a count of what was left out.</summary>
public sealed class ErrorLogSpecs
{
    private const int Errors = 12;
    private const int LeftOut = 3;
    private const int Circuit = 10;

    [Fact]
    public async Task An_error_is_logged_with_its_code_its_text_and_its_exception_type()
    {
        await using var host = await KairosHost.StartAsync();
        host.Tell(new ReportError("llm", new KairosError(ErrorCode.Timeout, "no answer\nin 100 s") { Cause = new TimeoutException("s3cr3t") }));
        host.Tell(new ReportError("tools", new KairosError(ErrorCode.ToolFailure, "token=abc123")));
        await host.Kairos.DrainAsync();

        Assert.Equal(
            [
                (LogLevel.Warning, "llm error timeout (recoverable, TimeoutException): no answer in 100 s"),
                (LogLevel.Error, "tools error tool_failure (not recoverable, reported): token=***"),
            ],
            host.Log.All.Where(line => line.Id == Errors).Select(line => (line.Level, line.Text)).OrderBy(line => line.Text, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Ten_a_minute_are_logged_and_the_rest_is_told_when_the_minute_is_over()
    {
        await using var host = await KairosHost.StartAsync();
        host.Fail("llm", times: 1000);
        host.Fail("memory", times: 3);
        await host.Kairos.DrainAsync();
        Assert.Equal((10, 3, 0), (Count(host, Errors, "llm"), Count(host, Errors, "memory"), Count(host, LeftOut, "")));

        host.Time.Advance(TimeSpan.FromSeconds(60));
        await host.Kairos.DrainAsync();
        Assert.Equal(["llm: 990 more errors were not logged"], Lines(host, LeftOut));

        host.Fail("llm", times: 11);
        await host.Kairos.DrainAsync();
        Assert.Equal(20, Count(host, Errors, "llm"));
        Assert.Single(Lines(host, LeftOut));
    }

    [Fact]
    public async Task What_was_left_out_is_told_although_somebody_has_stopped_the_metrics_actor()
    {
        await using var host = await KairosHost.StartAsync();
        host.Fail("llm", times: 15);
        await host.Kairos.DrainAsync();
        var metrics = await host.System.ActorSelection("/user/kairos/metrics").ResolveOne(TimeSpan.FromSeconds(30));
        await Akka.Actor.GracefulStopSupport.GracefulStop(metrics, TimeSpan.FromSeconds(30));
        await host.Kairos.DrainAsync();

        host.Time.Advance(TimeSpan.FromSeconds(60));
        await host.Kairos.DrainAsync();

        Assert.Equal(["llm: 5 more errors were not logged"], Lines(host, LeftOut));
    }

    [Fact]
    public async Task What_a_host_takes_in_while_it_stops_is_told_too()
    {
        var host = await KairosHost.StartAsync();
        host.Fail("llm", times: 10_000);
        await host.StopAsync();
        host.Dispose();

        Assert.Equal(["llm: 9990 more errors were not logged"], Lines(host, LeftOut));
    }

    [Fact]
    public async Task All_components_together_have_a_hundred_a_minute()
    {
        await using var host = await KairosHost.StartAsync();
        for (var i = 0; i < 50; i++) host.Fail($"c{i}", times: 4);
        await host.Kairos.DrainAsync();
        Assert.Equal(100, Count(host, Errors, ""));

        host.Time.Advance(TimeSpan.FromSeconds(60));
        await host.Kairos.DrainAsync();

        Assert.Equal(100, Lines(host, LeftOut).Sum(line => int.Parse(line.Split(' ')[1], null)));
    }

    [Fact]
    public async Task What_was_left_out_is_told_when_the_component_goes_and_when_the_host_stops()
    {
        var host = await KairosHost.StartAsync();
        host.Fail("llm", times: 15);
        host.Fail("memory", times: 17);
        await host.Kairos.DrainAsync();
        host.Tell(new Remove("memory"));
        await host.Kairos.DrainAsync();
        Assert.Equal(["memory: 7 more errors were not logged"], Lines(host, LeftOut));

        await host.DisposeAsync();

        Assert.Equal(["memory: 7 more errors were not logged", "llm: 5 more errors were not logged"], Lines(host, LeftOut));
    }

    [Fact]
    public async Task The_error_and_the_transition_that_it_caused_stand_in_the_callers_trace()
    {
        await using var host = await KairosHost.StartAsync();
        var trace = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        host.Fail("llm", times: 4);
        await host.Kairos.DrainAsync();
        Assert.Empty(host.Log.ScopeOf(Errors));

        host.Tell(new ReportError("llm", new KairosError(ErrorCode.LlmError, "")) { Trace = trace });
        await host.Kairos.DrainAsync();

        foreach (var id in new[] { Errors, Circuit })
        {
            Assert.Equal(trace.TraceId.ToHexString(), host.Log.ScopeOf(id)["TraceId"]);
            Assert.Equal(trace.SpanId.ToHexString(), host.Log.ScopeOf(id)["SpanId"]);
        }
    }

    private static int Count(KairosHost host, int id, string component) =>
        Lines(host, id).Count(line => line.StartsWith(component, StringComparison.Ordinal));

    private static List<string> Lines(KairosHost host, int id) => [.. host.Log.All.Where(line => line.Id == id).Select(line => line.Text)];
}
