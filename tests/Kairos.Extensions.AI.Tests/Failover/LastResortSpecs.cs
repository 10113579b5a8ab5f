using Kairos.Tests.Calls;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI.Tests.Failover;

/// <summary>All circuits are shut, and a request goes to one model all the same.</summary>
public sealed class LastResortSpecs
{
    private static readonly FailoverOptions LastResorts = new() { WhenAllShut = AllRoutesShut.LastResort };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_one_that_would_be_asked_again_soonest_gets_the_call_and_its_success_is_counted(bool stream)
    {
        await using var models = await StartAsync(_ => default, _ => default, _ => default);
        await OpenAsync(models, 0, Broken);
        await OpenAsync(models, 1, Broken, seconds: 20);
        await OpenAsync(models, 2, Broken, seconds: 25);
        using var chat = models.Chat(LastResorts);

        await AskAsync(models, chat, stream);

        Assert.Equal([0, 1, 0], models.Models.Select(model => model.Requests));
        Assert.Equal((1, 0, 0), Made(models, 1));
        Assert.Equal(CircuitStatus.Open, models.SnapshotOf(1).Circuit); // one answer is no reason to let everybody through
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Its_failure_is_told_and_counted_and_it_is_asked_once(bool stream)
    {
        await using var models = await StartAsync(_ => new Reply(default, new KairosException(Broken)), _ => default);
        await OpenAsync(models, 0, Broken);
        await OpenAsync(models, 1, Broken, seconds: 40);
        models.Time.Advance(TimeSpan.FromSeconds(29.95)); // a retry, 100 ms later, would find the circuit half-open
        using var chat = models.Chat(LastResorts);

        var thrown = await Assert.ThrowsAsync<ModelFailedException>(() => AskAsync(models, chat, stream));

        Assert.Equal(("llm/0", 1, 0), (thrown.Component, models.Models[0].Requests, models.Models[1].Requests));
        Assert.Equal((0, 1, 0), Made(models, 0));
        Assert.Equal(2, (await models.ErrorsOfAsync(0)).Count); // with the one that opened it
    }

    [Fact]
    public async Task Never_one_that_is_isolated_nor_one_whose_provider_has_asked_for_time()
    {
        await using var models = await StartAsync(_ => default, _ => default, _ => default, _ => default);
        await OpenAsync(models, 0, Broken with { RetryAfter = TimeSpan.FromSeconds(10) });
        await OpenAsync(models, 1, new KairosError(ErrorCode.RateLimit, "too many") { RetryAfter = TimeSpan.FromSeconds(5), Verdict = Verdict.Gate });
        await OpenAsync(models, 2, new KairosError(ErrorCode.RateLimit, "quota") { Verdict = Verdict.Trip });
        models.Kairos["llm/3"].Isolate();
        await models.SettleAsync();
        using var chat = models.Chat(LastResorts);

        var refused = await Assert.ThrowsAsync<CircuitOpenException>(() => AskAsync(models, chat, stream: false));

        Assert.Equal("llm/0", refused.Component);
        Assert.All(models.Models, model => Assert.Equal(0, model.Requests));
    }

    [Fact]
    public async Task Not_one_either_that_answers_with_a_retry_after_to_the_last_resort_until_that_has_passed()
    {
        var wait = Broken with { RetryAfter = TimeSpan.FromSeconds(7) };
        await using var models = await StartAsync(request => new Reply(default, request == 0 ? new KairosException(wait) : null));
        await OpenAsync(models, 0, Broken);
        using var chat = models.Chat(LastResorts);

        await Assert.ThrowsAsync<ModelFailedException>(() => AskAsync(models, chat, stream: false));
        await Assert.ThrowsAsync<CircuitOpenException>(() => AskAsync(models, chat, stream: false));
        models.Time.Advance(TimeSpan.FromSeconds(7));
        await AskAsync(models, chat, stream: false);

        Assert.Equal((2, CircuitStatus.Open), (models.Models[0].Requests, models.SnapshotOf(0).Circuit));
    }

    [Fact]
    public async Task It_keeps_the_limits_of_its_component_and_takes_from_the_turns_budget()
    {
        await using var models = await RoutedModels.StartAsync(
            options => options.Component("llm/0", c => c with { Call = c.Call with { AttemptTimeout = TimeSpan.FromSeconds(1) } }), _ => Reply.After(60_000));
        await OpenAsync(models, 0, Broken);
        using var chat = models.Chat(LastResorts);
        using var turn = CallBudget.Begin(attempts: 1);

        var thrown = await Assert.ThrowsAsync<ModelFailedException>(() => AskAsync(models, chat, stream: false));
        await Assert.ThrowsAnyAsync<CallRejectedException>(() => AskAsync(models, chat, stream: false));

        Assert.Equal((ErrorCode.Timeout, 1), (thrown.Code, models.Models[0].Requests));
    }

    [Fact]
    public async Task Without_it_nobody_is_called_and_one_that_may_be_called_is_no_last_resort()
    {
        await using var models = await StartAsync(_ => default, _ => new Reply(default, new KairosException(Broken)));
        await OpenAsync(models, 0, Broken);
        using (var chat = models.Chat(LastResorts)) await Assert.ThrowsAsync<ModelFailedException>(() => AskAsync(models, chat, stream: false)); // by 1, which is closed
        await OpenAsync(models, 1, Broken);
        using (var chat = models.Chat(FailoverOptions.Default)) await Assert.ThrowsAsync<CircuitOpenException>(() => AskAsync(models, chat, stream: false));

        Assert.Equal([0, 1], models.Models.Select(model => model.Requests));
    }

    private static KairosError Broken => new(ErrorCode.LlmError, "broken") { Verdict = Verdict.Trip };

    private static Task<RoutedModels> StartAsync(params Func<int, Reply>[] replies) => RoutedModels.StartAsync(AgentSystem.Retries, replies);

    /// <summary>Opens a circuit, by default for 30 s.</summary>
    private static async Task OpenAsync(RoutedModels models, int model, KairosError error, double seconds = 30)
    {
        var guard = models.Kairos[RoutedModels.NameOf(model)];
        guard.Reconfigure(guard.Snapshot!.Settings with { Breaker = guard.Snapshot.Settings.Breaker with { OpenDuration = TimeSpan.FromSeconds(seconds), OpenJitter = 0 } });
        guard.ReportError(error);
        await models.SettleAsync();
        Assert.Equal(CircuitStatus.Open, models.SnapshotOf(model).Circuit);
    }

    private static (long Success, long Failure, long Ignored) Made(RoutedModels models, int model) =>
        models.LedgerOf(model) is var (success, failure, ignored, _) ? (success, failure, ignored) : default;

    private static async Task AskAsync(RoutedModels models, KairosFailoverChatClient chat, bool stream)
    {
        Task asking = stream ? chat.GetStreamingResponseAsync("hi").ToChatResponseAsync() : chat.GetResponseAsync("hi");
        await models.PassAsync(asking);
        await asking.Soon();
    }
}
