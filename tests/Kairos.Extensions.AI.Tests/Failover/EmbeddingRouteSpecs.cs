using Kairos.Tests.Calls;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI.Tests.Failover;

/// <summary>Embedding models that stand in for each other.</summary>
public sealed class EmbeddingRouteSpecs
{
    [Fact]
    public async Task A_failure_is_made_up_for_by_the_next_and_recovers_and_the_answer_says_whose_it_is()
    {
        await using var models = await RoutedModels.StartAsync(null, _ => Reply.After(0, Broken()), _ => default);
        using var generator = models.Embeddings(FailoverOptions.Default);

        Assert.Equal("llm/1", await AskAsync(models, generator));

        Assert.Equal(((0, 1, 0, 0), (1, 0, 0, 0)), (models.LedgerOf(0), models.LedgerOf(1)));
        Assert.Equal([("llm/0", ErrorCode.LlmError, 1L)], await models.RecoveriesAsync());
    }

    [Fact]
    public async Task What_is_wrong_with_the_request_is_passed_on_to_nobody()
    {
        var wrong = new KairosException(new KairosError(ErrorCode.InvalidInput, "no") { Verdict = Verdict.Ignore, Recoverable = false });
        await using var models = await RoutedModels.StartAsync(null, _ => Reply.After(0, wrong), _ => default);
        using var generator = models.Embeddings(FailoverOptions.Default);

        Assert.Equal("llm/0", (await Assert.ThrowsAsync<ModelFailedException>(() => AskAsync(models, generator))).Component);

        Assert.Equal(0, models.Models[1].Requests);
    }

    [Fact]
    public async Task A_model_that_cannot_serve_a_request_is_not_asked()
    {
        await using var models = await RoutedModels.StartAsync(null, _ => default, _ => default);
        using var generator = models.Embeddings(FailoverOptions.Default, (at, route) => route with { Accepts = (inputs, _) => inputs.Count <= at + 1 });

        Assert.Equal("llm/0", await AskAsync(models, generator, "one"));
        Assert.Equal("llm/1", await AskAsync(models, generator, "one", "two"));
        await Assert.ThrowsAsync<NoRouteException>(() => AskAsync(models, generator, "one", "two", "three"));
    }

    [Fact]
    public async Task The_fastest_is_asked_and_it_is_noticed_when_another_has_become_faster()
    {
        var random = new Random(1);
        var isTurned = false;
        await using var models = await RoutedModels.StartAsync(null, _ => Reply.After(isTurned ? 900 : 100), _ => Reply.After(isTurned ? 100 : 300));
        using var generator = models.Embeddings(new FailoverOptions { Strategy = RouteStrategy.LeastLatency, Random = random.NextDouble });

        for (var i = 0; i < 300; i++) await AskAsync(models, generator);
        Assert.InRange(models.Models[1].Requests, 1, 20);

        (isTurned, var before) = (true, models.Models[0].Requests);
        for (var i = 0; i < 300; i++) await AskAsync(models, generator);
        Assert.InRange(models.Models[0].Requests - before, 1, 20);
    }

    [Fact]
    public async Task Requests_are_shared_by_weight()
    {
        var random = new Random(1);
        await using var models = await RoutedModels.StartAsync(null, _ => default, _ => default);
        using var generator = models.Embeddings(
            new FailoverOptions { Strategy = RouteStrategy.Weighted, Random = random.NextDouble }, (at, route) => route with { Weight = at == 0 ? 3 : 1 });

        for (var i = 0; i < 1000; i++) await AskAsync(models, generator);

        Assert.InRange(models.Models[0].Requests, 750 - 55, 750 + 55); // four standard deviations
    }

    [Fact]
    public async Task A_slow_one_is_joined_and_the_loser_is_cancelled_and_blamed_for_nothing()
    {
        await using var models = await RoutedModels.StartAsync(null, _ => Reply.Never, _ => Reply.After(500));
        using var generator = models.Embeddings(new FailoverOptions { Hedge = new HedgeOptions { After = TimeSpan.FromSeconds(1), MaxShare = 1 } });

        Assert.Equal("llm/1", await AskAsync(models, generator));

        await RoutedModels.UntilAsync(() => models.LedgerOf(0).Ignored == 1);
        Assert.Equal(((0, 0, 1, 0), 0L, 1), (models.LedgerOf(0), models.SnapshotOf(0).Errors, models.Models[0].Cancelled));
    }

    [Fact]
    public async Task Where_all_are_shut_the_last_resort_is_asked()
    {
        await using var models = await RoutedModels.StartAsync(null, _ => default, _ => default);
        models.Kairos["llm/0"].Isolate();
        models.Kairos["llm/1"].ReportError(new KairosError(ErrorCode.LlmError, "no") { Verdict = Verdict.Trip });
        await models.SettleAsync();
        using (var refusing = models.Embeddings(FailoverOptions.Default)) await Assert.ThrowsAsync<CircuitOpenException>(() => AskAsync(models, refusing));
        using var generator = models.Embeddings(new FailoverOptions { WhenAllShut = AllRoutesShut.LastResort });

        Assert.Equal("llm/1", await AskAsync(models, generator));
    }

    [Fact]
    public async Task In_a_pipeline_the_generator_below_is_the_first()
    {
        await using var models = await RoutedModels.StartAsync(null, _ => Reply.After(0, Broken()), _ => default);
        using var generator = ((IEmbeddingGenerator<string, Embedding<float>>)models.Models[0]).AsBuilder()
            .UseKairosFailover(models.Kairos, [new("llm/1", models.Models[1])]).Build();

        var asking = generator.GenerateAsync(["text"]);
        await models.SettleAsync();

        Assert.Equal("llm/1", (await asking.Soon()).AdditionalProperties![KairosFailoverChatClient.AnsweredBy]);
        Assert.Equal("llm/embeddings", generator.GetRequiredService<ComponentGuard>().Component);
        Assert.Throws<ArgumentException>(() => new KairosFailoverEmbeddingGenerator<string, Embedding<float>>(models.Kairos, []));
    }

    private static KairosException Broken() => new(new KairosError(ErrorCode.LlmError, "broken"));

    private static async Task<string?> AskAsync(
        RoutedModels models, KairosFailoverEmbeddingGenerator<string, Embedding<float>> generator, params string[] inputs)
    {
        var asking = generator.GenerateAsync(inputs.Length > 0 ? inputs : ["text"]);
        await models.PassAsync(asking);
        return (await asking.Soon()).AdditionalProperties?[KairosFailoverChatClient.AnsweredBy] as string;
    }
}
