using Kairos.Tests.Calls;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI.Tests.Failover;

/// <summary>Which model a request goes to, through the real guards.</summary>
public sealed class RouteSpecs
{
    private static readonly double[] Weights = [6, 3, 1];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_model_that_cannot_serve_a_request_is_not_asked(bool stream)
    {
        await using var models = await RoutedModels.StartAsync(null, _ => default, _ => default);
        using var chat = models.Chat(FailoverOptions.Default, (at, route) => at == 0
            ? route with { Accepts = (messages, options) => messages.Sum(message => message.Text.Length) < 10 && options?.Tools is null }
            : route);

        Assert.Equal("llm/0", await AskAsync(models, chat, "short", stream));
        Assert.Equal("llm/1", await AskAsync(models, chat, "longer than ten letters", stream));
        Assert.Equal("llm/1", await AskAsync(models, chat, "short", stream, new ChatOptions { Tools = [] }));

        Assert.Equal((1, 0, 0, 0), models.LedgerOf(0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_that_cannot_serve_a_request_does_not_stand_in_for_another(bool stream)
    {
        await using var models = await RoutedModels.StartAsync(null, _ => Reply.After(0, Broken()), _ => default);
        using var chat = models.Chat(new FailoverOptions { WhenAllShut = AllRoutesShut.LastResort }, (at, route) => at == 1 ? route with { Accepts = (_, _) => false } : route);

        Assert.Equal("llm/0", (await Assert.ThrowsAsync<ModelFailedException>(() => AskAsync(models, chat, "hi", stream))).Component);
        models.Kairos["llm/0"].Isolate();
        models.Kairos["llm/1"].ReportError(new KairosError(ErrorCode.LlmError, "no") { Verdict = Verdict.Trip });
        await models.SettleAsync();
        await Assert.ThrowsAsync<CircuitOpenException>(() => AskAsync(models, chat, "hi", stream)); // not as the last resort either

        Assert.Equal(0, models.Models[1].Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_no_model_accepts_a_request_the_caller_is_told_so_and_nobody_is_blamed(bool stream)
    {
        await using var models = await RoutedModels.StartAsync(null, _ => default, _ => default);
        using var chat = models.Chat(FailoverOptions.Default, (_, route) => route with { Accepts = (_, _) => false });

        var thrown = await Assert.ThrowsAsync<NoRouteException>(() => AskAsync(models, chat, "hi", stream));

        Assert.Equal("No route accepts the request: not llm/0, not llm/1.", thrown.Message);
        Assert.Equal(["llm/0", "llm/1"], thrown.Components);
        Assert.Equal((ErrorCode.InvalidInput, Verdict.Ignore, false), (thrown.Error.Code, thrown.Error.Verdict, thrown.Error.Recoverable));
        Assert.Equal(((0, 0, 0, 0), (0, 0, 0, 0)), (models.LedgerOf(0), models.LedgerOf(1)));
    }

    [Fact]
    public async Task Requests_are_shared_by_weight_and_those_of_a_model_that_is_shut_go_to_the_others()
    {
        await using var models = await RoutedModels.StartAsync(null, _ => default, _ => default, _ => default);
        var random = new Random(1);
        using var chat = models.Chat(
            new FailoverOptions { Strategy = RouteStrategy.Weighted, Random = random.NextDouble }, (at, route) => route with { Weight = Weights[at] });

        for (var i = 0; i < 2000; i++) await AskAsync(models, chat, "hi", stream: i % 2 == 0);
        AssertShares(models, 2000, 0.6, 0.3, 0.1);

        models.Kairos["llm/0"].Isolate();
        await models.SettleAsync();
        var before = models.Models.Select(model => model.Requests).ToList();
        for (var i = 0; i < 2000; i++) await AskAsync(models, chat, "hi", stream: i % 2 == 0);

        Assert.Equal((before[0], 0L), (models.Models[0].Requests, models.LedgerOf(0).Rejected)); // it was not even asked
        AssertShare(0.75, models.Models[1].Requests - before[1], 2000);
    }

    [Fact]
    public async Task One_that_fails_is_stood_in_for_and_the_last_one_alone_is_retried()
    {
        await using var models = await RoutedModels.StartAsync(
            options =>
            {
                AgentSystem.Retries(options);
                options.Defaults(c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 0 } });
            },
            _ => Reply.After(0, Broken()),
            request => Reply.After(0, request == 0 ? Broken() : null));
        using var chat = models.Chat(new FailoverOptions { Strategy = RouteStrategy.Weighted, Random = () => 0 });

        var asking = chat.GetResponseAsync("hi");
        await RoutedModels.UntilAsync(() =>
        {
            models.Time.Advance(RoutedModels.Step); // a retry waits
            return asking.IsCompleted;
        });

        Assert.Equal("llm/1", (await asking.Soon()).AdditionalProperties![KairosFailoverChatClient.AnsweredBy]);
        Assert.Equal([1, 2], models.Models.Select(model => model.Requests));
        Assert.Equal([("llm/0", 1L), ("llm/1", 1L)], (await models.RecoveriesAsync()).Select(recovery => (recovery.Component, recovery.Count)).Order());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_weight_is_a_number_that_is_not_negative(double weight)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ModelRoute("llm", null!) { Weight = weight });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EmbeddingRoute<string, Embedding<float>>("llm", null!) { Weight = weight });
    }

    private static KairosException Broken() => new(new KairosError(ErrorCode.LlmError, "broken"));

    private static async Task<string?> AskAsync(RoutedModels models, KairosFailoverChatClient chat, string text, bool stream, ChatOptions? options = null)
    {
        var asking = stream ? chat.GetStreamingResponseAsync(text, options).ToChatResponseAsync() : chat.GetResponseAsync(text, options);
        await models.PassAsync(asking);
        return (await asking.Soon()).AdditionalProperties?[KairosFailoverChatClient.AnsweredBy] as string;
    }

    private static void AssertShares(RoutedModels models, int requests, params double[] shares)
    {
        foreach (var (model, share) in models.Models.Zip(shares)) AssertShare(share, model.Requests, requests);
    }

    /// <summary>Within four standard deviations.</summary>
    private static void AssertShare(double share, int taken, int requests)
    {
        var deviation = 4 * Math.Sqrt(requests * share * (1 - share));
        Assert.InRange(taken, (requests * share) - deviation, (requests * share) + deviation);
    }
}
