using System.Collections.Concurrent;
using System.Diagnostics;
using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Extensions.AI.Tests.Telemetry;

/// <summary>One turn, one trace: Kairos' spans beneath those of Microsoft.Extensions.AI, each thing once.</summary>
public sealed class TraceSpecs : IDisposable
{
    private readonly ActivitySource _source = new("trace test");
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ActivityListener _listener;

    public TraceSpecs()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Kairos" or "trace test" or "gen",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _source.Dispose();
    }

    [Fact]
    public async Task A_turn_has_one_span_of_each_model_call_and_each_tool_call_beneath_that_of_the_agents_library()
    {
        var answers = new Queue<Answer>([Answers.Ok(Wire.CallTheTool), Answers.Ok(Wire.Answer)]);
        await using var server = MisbehavingServer.Start(exchange => answers.Dequeue()(exchange));
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider(), null, "llm", "tools/search");
        using var client = Provider.ClientOf(Provider.OpenAI, server.Url).AsBuilder()
            .UseFunctionInvocation().UseOpenTelemetry(sourceName: "gen").UseKairos(system.Kairos).Build();
        var tools = new AITool[] { AIFunctionFactory.Create(() => "found", "search") }.WithKairos(system.Kairos);

        Activity turn;
        using (turn = _source.StartActivity("turn")!)
            Assert.Equal("hello", (await client.GetResponseAsync("hi", new ChatOptions { Tools = tools }).Soon()).Text);

        var spans = _spans.Where(span => span.TraceId == turn.TraceId).ToDictionary(span => span.SpanId);
        var ours = spans.Values.Where(span => span.Source.Name == "Kairos").ToList();
        Assert.Equal(["llm chat", "llm chat", "tools/search invoke"], ours.Select(span => span.DisplayName).Order());
        Assert.Equal(2, spans.Values.Count(span => span.DisplayName == "chat m"));
        Assert.All(
            ours.Where(span => span.DisplayName == "llm chat"),
            span => Assert.Equal("chat m", spans[span.ParentSpanId].DisplayName));
        Assert.Equal("execute_tool search", spans[ours.Single(span => span.DisplayName == "tools/search invoke").ParentSpanId].DisplayName);
    }

    [Fact]
    public async Task A_stream_is_one_span_beneath_its_own_too()
    {
        await using var server = MisbehavingServer.Start(Wire.Stream(Wire.Begin, Wire.Hello, Wire.End("stop"), Wire.Done));
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider());
        using var client = Provider.ClientOf(Provider.OpenAI, server.Url).AsBuilder()
            .UseOpenTelemetry(sourceName: "gen").UseKairos(system.Kairos).Build();

        Activity turn;
        using (turn = _source.StartActivity("turn")!) await client.GetStreamingResponseAsync("hi").ToChatResponseAsync().Soon();

        var spans = _spans.Where(span => span.TraceId == turn.TraceId).ToList();
        var ours = Assert.Single(spans, span => span.Source.Name == "Kairos");
        Assert.Equal(("llm chat", ActivityStatusCode.Unset), (ours.DisplayName, ours.Status));
        Assert.Equal("chat m", Assert.Single(spans, span => span.SpanId == ours.ParentSpanId).DisplayName);
    }
}
