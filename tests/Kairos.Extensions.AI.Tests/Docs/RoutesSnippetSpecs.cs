using Kairos.Extensions.AI.Tests.Failover;
using Kairos.Tests.Calls;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI.Tests.Docs;

/// <summary>The snippets of docs/agents.md on routes, compiled and run.</summary>
public sealed class RoutesSnippetSpecs
{
    [Fact]
    public async Task Routes()
    {
        await using var models = await RoutedModels.StartAsync(null, _ => default, _ => default);
        using var chat = Show(models.Kairos, models.Models[0], models.Models[1]);
        var tooLong = new string('x', 40_000);

        Assert.Equal("llm/small", (await chat.GetResponseAsync("hi").Soon()).AdditionalProperties![KairosFailoverChatClient.AnsweredBy]);
        Assert.Equal("llm/large", (await chat.GetResponseAsync(tooLong).Soon()).AdditionalProperties![KairosFailoverChatClient.AnsweredBy]);

        static KairosFailoverChatClient Show(IKairos kairos, IChatClient small, IChatClient large)
        {
            // snippet: routes
            var chat = new KairosFailoverChatClient(
                kairos,
                [
                    new ModelRoute("llm/small", small) { Accepts = (messages, options) => messages.Sum(message => message.Text.Length) < 32_000 },
                    new ModelRoute("llm/large", large),
                ],
                new FailoverOptions
                {
                    Strategy = RouteStrategy.Ordered, // or Weighted, LeastLatency
                    WhenAllShut = AllRoutesShut.LastResort,
                    Hedge = new HedgeOptions(), // after the 95th percentile, 5 % of requests at most
                });
            // end
            return chat;
        }
    }

    [Fact]
    public async Task Embeddings()
    {
        await using var models = await RoutedModels.StartAsync(null, request => Reply.After(0, new InvalidDataException()), _ => default);
        using var generator = Show(models.Kairos, models.Models[0], models.Models[1]);

        var embeddings = await generator.GenerateAsync(["text"]).Soon();

        Assert.Equal("llm/embeddings-eu", embeddings.AdditionalProperties![KairosFailoverChatClient.AnsweredBy]);

        static IEmbeddingGenerator<string, Embedding<float>> Show(
            IKairos kairos, IEmbeddingGenerator<string, Embedding<float>> us, IEmbeddingGenerator<string, Embedding<float>> europe)
        {
            // snippet: embeddings
            var generator = us.AsBuilder()
                .UseKairosFailover(kairos, [new("llm/embeddings-eu", europe)]) // llm/embeddings, then its twin
                .Build();
            // end
            return generator;
        }
    }
}
