using System.Collections.Concurrent;
using System.Diagnostics;
using Kairos.Extensions.AI.Tests;
using Kairos.Tests.Calls;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.Agents.Tests;

/// <summary>What a run looks like to who reads traces.</summary>
public sealed class AgentTraceSpecs
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_is_one_trace_with_all_calls_beneath_it(bool streams)
    {
        await using var system = await AgentSystem.StartAsync(TimeProvider.System, null, "llm", "agents/traced");
        var spans = new ConcurrentQueue<Activity>();
        using var listener = Listen(spans);
        var model = new ScriptedModel((number, _) => number == 1 ? ScriptedModel.CallOf("search") : ScriptedModel.Text("done"));
        var agent = new ChatClientAgent(
                model.AsBuilder().UseKairos(system.Kairos).Build(), tools: new AITool[] { AIFunctionFactory.Create(() => "found", "search") }.WithKairos(system.Kairos))
            .AsBuilder().UseKairos(system.Kairos, "agents/traced").Build();

        if (!streams) await agent.RunAsync("hi").Soon();
        else await foreach (var _ in agent.RunStreamingAsync("hi")) ;

        var run = Assert.Single(spans, span => span.DisplayName == "agents/traced run");
        var trace = spans.Where(span => span.TraceId == run.TraceId).ToList();
        Assert.Equal(["agents/traced run", "llm chat", "llm chat", "tools/search invoke"], trace.Select(span => span.DisplayName).Order(StringComparer.Ordinal));
        Assert.All(trace.Where(span => span != run), span => Assert.Equal(run.SpanId, span.ParentSpanId));
    }
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failure_of_the_model_is_an_exception_on_the_models_span_and_marks_that_of_the_run(bool streams)
    {
        await using var system = await AgentSystem.StartAsync(TimeProvider.System, null, "llm", "agents/failing");
        var spans = new ConcurrentQueue<Activity>();
        using var listener = Listen(spans);
        var model = new ScriptedModel((_, _) => throw new HttpRequestException("down"));
        var agent = new ChatClientAgent(model.AsBuilder().UseKairos(system.Kairos).Build()).AsBuilder().UseKairos(system.Kairos, "agents/failing").Build();

        await Assert.ThrowsAsync<ModelFailedException>(async () =>
        {
            if (!streams) await agent.RunAsync("hi").Soon();
            else await foreach (var _ in agent.RunStreamingAsync("hi")) ;
        });

        var run = Assert.Single(spans, span => span.DisplayName == "agents/failing run");
        var call = Assert.Single(spans, span => span.DisplayName == "llm chat" && span.TraceId == run.TraceId);
        Assert.Equal((ActivityStatusCode.Error, ActivityStatusCode.Error), (run.Status, call.Status));
        Assert.Equal(["exception"], call.Events.Select(told => told.Name));
        Assert.Empty(run.Events);
    }

    private static ActivityListener Listen(ConcurrentQueue<Activity> spans)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Kairos",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
