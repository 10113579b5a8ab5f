using System.Net;
using System.Net.Http.Headers;
using Kairos.Extensions.AI.Tests;
using Kairos.Tests.Calls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Polly;
using Polly.Registry;
using Polly.Retry;

namespace Kairos.Extensions.Polly.Tests.Docs;

/// <summary>The snippets of docs/polly.md, compiled and run.</summary>
public sealed class PollySnippetSpecs : IAsyncLifetime
{
    private AgentSystem _system = null!;

    public async Task InitializeAsync() => _system = await AgentSystem.StartAsync(
        new FakeTimeProvider(),
        options => options.Classifier = ErrorClassifier.Default
            .WithRule((exception, in _) => exception is NotSupportedException ? new KairosError(ErrorCode.LlmError, "warming up") : null),
        "llm", "tools/search");

    public async Task DisposeAsync() => await _system.DisposeAsync();

    [Fact]
    public async Task A_pipeline_takes_Kairos_from_the_services_and_the_classifier_from_Kairos()
    {
        var services = new ServiceCollection().AddSingleton(_system.Kairos);
        Show(services);
        await using var provider = services.BuildServiceProvider();
        var pipeline = provider.GetRequiredService<ResiliencePipelineProvider<string>>().GetPipeline("model");

        Assert.Equal("well", (await pipeline.RunAsync(new Script(new NotSupportedException(), "well")).Soon()).Result);

        Assert.Equal("warming up", Assert.Single(await _system.ErrorsAsync()).Message);
        Assert.Equal([("llm", ErrorCode.LlmError, 1L)], await _system.RecoveriesAsync());

        static void Show(IServiceCollection services)
        {
            // snippet: pipeline
            services.AddResiliencePipeline("model", (pipeline, context) => pipeline
                .AddRetry(new RetryStrategyOptions { MaxRetryAttempts = 2, Delay = TimeSpan.Zero })
                .AddKairosComponent(context.ServiceProvider, "llm") // each attempt is admitted and scored
                .AddTimeout(TimeSpan.FromSeconds(100))); // for each attempt
            // end
        }
    }

    [Fact]
    public async Task Results_can_be_failures()
    {
        var pipeline = Show(_system.Kairos);

        await RespondAsync(HttpStatusCode.OK);
        await RespondAsync(HttpStatusCode.BadGateway);
        await RespondAsync(HttpStatusCode.TooManyRequests);

        Assert.Equal([ErrorCode.ToolFailure, ErrorCode.RateLimit], (await _system.ErrorsAsync("tools/search")).Select(error => error.Code));
        Assert.Equal(CircuitStatus.Open, _system.Snapshot("tools/search").Circuit);

        async Task RespondAsync(HttpStatusCode status)
        {
            using var response = new HttpResponseMessage(status) { Headers = { RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(9)) } };
            Assert.Same(response, await pipeline.ExecuteAsync(_ => ValueTask.FromResult(response)).AsTask().Soon());
        }

        static ResiliencePipeline<HttpResponseMessage> Show(IKairos kairos)
        {
            // snippet: results
            var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage>()
                .AddKairosComponent(kairos, "tools/search", new KairosComponentOptions<HttpResponseMessage>
                {
                    // Exactly, with what the breaker makes of it ...
                    Judge = response => response.StatusCode == HttpStatusCode.TooManyRequests
                        ? new KairosError(ErrorCode.RateLimit, "too many requests") { RetryAfter = response.Headers.RetryAfter?.Delta }
                        : null,
                    // ... or as a predicate that you have already.
                    ShouldHandle = new PredicateBuilder<HttpResponseMessage>().HandleResult(response => (int)response.StatusCode >= 500).Build(),
                })
                .Build();
            // end
            return pipeline;
        }
    }
}
