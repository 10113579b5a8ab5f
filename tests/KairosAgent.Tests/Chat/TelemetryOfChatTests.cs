using System.Runtime.InteropServices;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Processes;

namespace KairosAgent.Tests.Chat;

[Trait(Parts.Trait, Parts.Real)]
public sealed class TelemetryOfChatTests : IDisposable
{
    private readonly ChatFolder _folder = new();

    [Fact]
    public async Task A_turn_is_one_trace_with_the_model_and_the_tool_beneath_it()
    {
        await using var collector = await OtlpCollector.StartAsync();

        var result = await _folder.ChatAsync(ModelSettings.Exporting(collector), "what is 6*7", "remember that tea is green");

        Assert.Equal((0, "6*7 = 42\nRemembered: tea is green\n"), (result.ExitCode, result.Output));
        var spans = collector.Traces.Accepted.SelectMany(export => export.Message.ResourceSpans)
            .SelectMany(resource => resource.ScopeSpans)
            .SelectMany(scope => scope.Spans.Select(span => (Scope: scope.Scope.Name, Span: span)))
            .ToLookup(span => span.Span.TraceId);
        Assert.Equal(2, spans.Count);
        Assert.All(spans, trace =>
        {
            Assert.Equal("agent run", Assert.Single(trace, span => span.Span.ParentSpanId.IsEmpty).Span.Name);
            Assert.Equal(2, trace.Count(span => span.Scope == "Experimental.Microsoft.Extensions.AI" && span.Span.Name.StartsWith("chat ", StringComparison.Ordinal)));
        });
        var ours = spans.Select(trace => string.Join(',', trace.Where(span => span.Scope == "Kairos").Select(span => span.Span.Name).Order())).Order();
        Assert.Equal(["agent run,llm chat,llm chat,memory store", "agent run,llm chat,llm chat,tools/calculator invoke"], ours);
    }

    [Theory]
    [InlineData(PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGTERM)]
    public async Task Told_to_stop_in_the_middle_of_a_turn_it_exports_what_there_was(PosixSignal signal)
    {
        await using var collector = await OtlpCollector.StartAsync();
        _folder.Write("kairos.conf", "kairos { telemetry.metrics.interval = 1h, faults { memory { error-rate = 1 }, \"tools/calculator\" { latency = 1h } } }");
        await using var host = RunningProgram.Start(_folder.Start(ModelSettings.Exporting(collector)));
        await host.Input.WriteAsync("recall tea\nwhat is 6*7\n"u8.ToArray(), host.WaitTimeout);
        await host.Input.FlushAsync(host.WaitTimeout);
        await host.Output.WaitForAsync(text => text.EndsWith("remembered.\n", StringComparison.Ordinal), host.WaitTimeout);

        host.Signal(signal);
        var result = await host.WaitForExitAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith("\nanswered 1 prompts, 0 failed\n", result.Errors, StringComparison.Ordinal);
        var values = MetricValues.Of(collector.Metrics.Accepted[^1].Message);
        Assert.Equal(3, values["kairos.errors.total{component=memory,error.code=memory_error,recoverable=true}"]);
    }

    public void Dispose() => _folder.Dispose();
}
