using System.Diagnostics;
using Akka.Hosting;
using Kairos.Extensions.AI.Tests.Memory;
using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Collecting.Wire;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.VectorData;

namespace Kairos.Extensions.AI.Tests.Telemetry;

/// <summary>A whole agent (model, tool, memory) that exports by OTLP: what a collector has of its turns.</summary>
public sealed class ExportedTurnSpecs : IAsyncDisposable
{
    private const string Agents = "Experimental.Microsoft.Extensions.AI";
    private const string Exemplar = "llm error"; // of a series of errors, at most one for each export: it leads from the counter to the trace
    private static readonly ActivitySource Source = new("my-agent");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kairos-turn-");
    private readonly MisbehavingServer _server;

    public ExportedTurnSpecs()
    {
        // Each turn: the tool is to be called, then the model fails once, then it answers.
        Answer[] turn = [Answers.Ok(Wire.CallTheTool), Answers.Status(500), Answers.Ok(Wire.Answer)];
        var answers = new Queue<Answer>([.. turn, .. turn]);
        _server = MisbehavingServer.Start(exchange => answers.Dequeue()(exchange));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_turn_is_one_trace_and_nothing_in_it_is_told_twice()
    {
        await using var collector = await OtlpCollector.StartAsync();
        var turns = await RunAsync(collector.Grpc);

        var spans = collector.Traces.Accepted.SelectMany(export => export.Message.ResourceSpans).SelectMany(resource => resource.ScopeSpans)
            .SelectMany(scope => scope.Spans.Select(span => (Scope: scope.Scope.Name, Span: span)))
            .Where(span => turns.Contains(span.Span.TraceId.ToHex()))
            .ToLookup(span => span.Span.TraceId.ToHex());
        Assert.Equal(2, spans.Count);
        Assert.All(spans, trace => AssertIsTurn([.. trace.Where(span => span.Span.Name != Exemplar)]));
        Assert.Single(spans.SelectMany(trace => trace), span => span.Span.Name == Exemplar);

        var values = MetricValues.Of(collector.Metrics.Accepted[^1].Message);
        const string modelErrors = "{component=llm,error.code=llm_error,recoverable=true}";
        Assert.Equal((2, 2), (values[$"kairos.errors.total{modelErrors}"], values[$"kairos.errors.recovered{modelErrors}"]));
        Assert.Equal(4, values["kairos.calls{component=llm,outcome=success}"]);
        Assert.Equal((2, 2), (values["kairos.calls{component=tools/search,outcome=success}"], values["kairos.calls{component=memory,outcome=success}"]));
        AssertDurations(collector.Metrics.Accepted[^1].Message);
        Assert.Equal(6, _server.Requests);
    }

    private static void AssertIsTurn(IReadOnlyList<(string Scope, Span Span)> trace)
    {
        var names = trace.ToDictionary(span => span.Span.SpanId, span => span.Span.Name);
        var tree = trace.Select(span => $"{names.GetValueOrDefault(span.Span.ParentSpanId, "-")} > {span.Span.Name}").Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "- > turn",
                "chat m > llm chat", "chat m > llm chat",
                "execute_tool search > tools/search invoke",
                "orchestrate_tools > chat m", "orchestrate_tools > chat m", "orchestrate_tools > execute_tool search",
                "turn > memory search",
                "turn > orchestrate_tools",
            ],
            tree);
        Assert.DoesNotContain(
            trace.Where(span => span.Scope == "Kairos").SelectMany(span => span.Span.Attributes),
            attribute => attribute.Key.StartsWith("gen_ai", StringComparison.Ordinal));
        Assert.Single(trace, span => span.Span.Name == "llm chat" && span.Span.Events.Count == 1); // the one that was retried
    }

    /// <summary>Two answers a turn: attempts are Kairos' to count.</summary>
    private static void AssertDurations(ExportMetricsServiceRequest export)
    {
        var metrics = export.ResourceMetrics.SelectMany(resource => resource.ScopeMetrics).ToLookup(scope => scope.Scope.Name, scope => scope.Metrics);
        var durations = metrics[Agents].SelectMany(all => all).Single(metric => metric.Name == "gen_ai.client.operation.duration");
        Assert.Equal(4UL, durations.Histogram.DataPoints.Aggregate(0UL, (sum, point) => sum + point.Count));
        Assert.DoesNotContain(metrics["Kairos"].SelectMany(all => all), metric => metric.Name.StartsWith("gen_ai", StringComparison.Ordinal));
    }

    /// <summary>Runs two turns of an agent that is set up as the page says, and stops it.</summary>
    private async Task<IReadOnlyList<string>> RunAsync(string collector)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddKairos(options => options.Component(
            "llm", c => c with { Call = c.Call with { Retry = c.Call.Retry with { InitialDelay = TimeSpan.Zero } } }));
        builder.Services.AddAkka("agent", akka => akka.ConfigureLoggers(loggers => loggers.ClearLoggers()).WithKairos());
        Show(builder, collector, Provider.ClientOf(Provider.OpenAI, _server.Url));
        using var host = builder.Build();
        await host.StartAsync();
        var kairos = host.Services.GetRequiredService<IKairos>();
        var file = Path.Combine(_folder.FullName, "notes.db");
        await new SqliteNotes(file).EnsureCollectionExistsAsync();
        var turns = new List<string>();
        var chat = host.Services.GetRequiredService<IChatClient>();
        for (var i = 0; i < 2; i++) turns.Add(await TurnAsync(chat, new SqliteNotes(file).WithKairos<string, Note>(kairos), kairos));
        await host.StopAsync();
        return turns;
    }

    private static void Show(HostApplicationBuilder builder, string collector, IChatClient model)
    {
        // snippet: telemetry
        builder.AddKairosTelemetry(options => (options.Exporter, options.Otlp.Endpoint) = (TelemetryExporter.Otlp, collector));
        builder.Services.AddOpenTelemetry()
            .WithTracing(traces => traces.AddSource("my-agent", "Experimental.Microsoft.Extensions.AI"))
            .WithMetrics(metrics => metrics.AddMeter("Experimental.Microsoft.Extensions.AI"));
        builder.Services.AddChatClient(model).UseFunctionInvocation().UseOpenTelemetry().UseKairos();
        // end
    }

    private static async Task<string> TurnAsync(
        IChatClient chat, VectorStoreCollection<string, Note> memory, IKairos kairos)
    {
        using var turn = Source.StartActivity("turn")!;
        Assert.Empty(await memory.SearchAsync("tea", 3).ToListAsync());
        var tools = new AITool[] { AIFunctionFactory.Create(() => "found", "search") }.WithKairos(kairos);
        Assert.Equal("hello", (await chat.GetResponseAsync("hi", new ChatOptions { Tools = tools }).Soon()).Text);
        return turn.TraceId.ToHexString();
    }
}
