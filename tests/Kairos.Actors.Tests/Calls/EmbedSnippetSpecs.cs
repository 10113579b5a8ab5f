using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Kairos.Tests.Calls;

/// <summary>The README's first example.</summary>
[Collection(Alone.Name)]
public sealed class EmbedSnippetSpecs
{
    [Fact]
    public async Task It_runs()
    {
        // snippet: embed
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddKairos(options => options
            .Component("llm", c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 3 } }));
        builder.Services.AddAkka("agent", akka => akka.WithKairos());
        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddKairosInstrumentation())
            .WithTracing(traces => traces.AddKairosInstrumentation());
        using var host = builder.Build();
        await host.StartAsync();

        var kairos = host.Services.GetRequiredService<IKairos>();

        // Guarded: admitted, limited in time, retried, accounted for.
        var answer = await kairos["llm"].ExecuteAsync(AskModelAsync, "What is a circuit breaker?");

        // Or only reported, by code that makes its calls itself.
        kairos["memory"].ReportError(new KairosError(ErrorCode.MemoryError, "database is locked"));
        await kairos.DrainAsync();
        Console.WriteLine($"{answer} Errors of the memory: {kairos["memory"].Snapshot!.Errors}");

        await host.StopAsync();
        // end
        Assert.Equal("an answer to What is a circuit breaker?", answer);
        Assert.Equal(1, kairos["memory"].Snapshot!.Errors);
    }

    private static ValueTask<string> AskModelAsync(string prompt, CancellationToken cancellationToken) => new($"an answer to {prompt}");
}
