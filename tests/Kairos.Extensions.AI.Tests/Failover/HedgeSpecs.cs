using Kairos.Tests.Calls;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI.Tests.Failover;

/// <summary>A slow model is joined by the next one.</summary>
public sealed class HedgeSpecs
{
    private static readonly FailoverOptions AfterASecond = new() { Hedge = new HedgeOptions { After = TimeSpan.FromSeconds(1), MaxShare = 1 } };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_first_content_wins_and_the_loser_is_cancelled_and_blamed_for_nothing(bool stream)
    {
        await using var models = await StartAsync(_ => Reply.Never, _ => Reply.After(500));
        using var chat = models.Chat(AfterASecond);
        var before = models.SnapshotOf(0);

        var (by, taken) = await AskAsync(models, chat, stream);

        Assert.Equal(("llm/1", TimeSpan.FromSeconds(1.5)), (by, taken));
        await RoutedModels.UntilAsync(() => models.LedgerOf(0).Ignored == 1);
        Assert.Equal(((0, 0, 1, 0), (1, 0, 0, 0)), (models.LedgerOf(0), models.LedgerOf(1)));
        Assert.Equal(1, models.Models[0].Cancelled);
        await models.SettleAsync();
        Assert.Equal((before.Sequence, 0, 0), (models.SnapshotOf(0).Sequence, models.SnapshotOf(0).ConsecutiveFailures, models.SnapshotOf(0).Errors));
        Assert.Empty(await models.RecoveriesAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_first_one_may_still_win(bool stream)
    {
        await using var models = await StartAsync(_ => Reply.After(1200), _ => Reply.After(5000));
        using var chat = models.Chat(AfterASecond);

        var (by, taken) = await AskAsync(models, chat, stream);

        Assert.Equal(("llm/0", TimeSpan.FromSeconds(1.2)), (by, taken));
        await RoutedModels.UntilAsync(() => models.LedgerOf(1).Ignored == 1);
        Assert.Equal(((1, 0, 0, 0), (0, 0, 1, 0)), (models.LedgerOf(0), models.LedgerOf(1)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_the_first_one_fails_the_hedge_goes_on_and_the_error_recovers(bool stream)
    {
        await using var models = await StartAsync(_ => Reply.After(1500, Broken()), _ => Reply.After(3000), _ => default);
        using var chat = models.Chat(AfterASecond);

        Assert.Equal("llm/1", (await AskAsync(models, chat, stream)).By);

        Assert.Equal(0, models.Models[2].Requests); // nobody else is asked while one is under way
        Assert.Equal(((0, 1, 0, 0), (1, 0, 0, 0)), (models.LedgerOf(0), models.LedgerOf(1)));
        Assert.Equal([("llm/0", ErrorCode.LlmError, 1L)], await models.RecoveriesAsync());
    }

    [Fact]
    public async Task Where_both_fail_the_next_is_asked_and_where_none_is_left_the_last_failure_is_told()
    {
        await using var models = await StartAsync(_ => Reply.After(1500, Broken()), _ => Reply.After(100, Broken()), request => Reply.After(100, request == 0 ? null : Broken()));
        using var chat = models.Chat(AfterASecond);

        Assert.Equal("llm/2", (await AskAsync(models, chat, stream: false)).By);
        var thrown = await Assert.ThrowsAsync<ModelFailedException>(() => AskAsync(models, chat, stream: false));

        Assert.Equal("llm/2", thrown.Component);
        Assert.Equal([2, 2, 2], models.Models.Select(model => model.Requests));
    }

    [Fact]
    public async Task A_request_that_is_wrong_ends_both()
    {
        var wrong = new KairosException(new KairosError(ErrorCode.InvalidInput, "no") { Verdict = Verdict.Ignore, Recoverable = false });
        await using var models = await StartAsync(_ => Reply.Never, _ => Reply.After(100, wrong));
        using var chat = models.Chat(AfterASecond);

        Assert.Equal("llm/1", (await Assert.ThrowsAsync<ModelFailedException>(() => AskAsync(models, chat, stream: false))).Component);

        await RoutedModels.UntilAsync(() => models.LedgerOf(0).Ignored == 1);
    }

    [Fact]
    public async Task A_caller_who_cancels_ends_both_and_nobody_is_blamed()
    {
        await using var models = await StartAsync(_ => Reply.Never, _ => Reply.Never, _ => default);
        using var chat = models.Chat(AfterASecond);
        using var caller = new CancellationTokenSource(TimeSpan.FromSeconds(2), models.Time);

        var asking = chat.GetResponseAsync("hi", cancellationToken: caller.Token);
        await models.PassAsync(asking);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await RoutedModels.UntilAsync(() => models.LedgerOf(0).Ignored + models.LedgerOf(1).Ignored == 2);
        Assert.Equal((0, 0, 0), (models.SnapshotOf(0).Errors, models.SnapshotOf(1).Errors, models.Models[2].Requests));
    }

    [Fact]
    public async Task Only_one_whose_circuit_lets_calls_through_joins()
    {
        await using var models = await StartAsync(_ => Reply.Never, _ => default, _ => default);
        models.Kairos["llm/1"].Isolate();
        await models.SettleAsync();
        using var chat = models.Chat(AfterASecond);

        Assert.Equal("llm/2", (await AskAsync(models, chat, stream: false)).By);

        Assert.Equal((0, 0, 0, 0), models.LedgerOf(1)); // it was not even asked whether it may be called
    }

    [Fact]
    public async Task A_stream_is_the_winners_to_its_end_and_may_be_left_before()
    {
        await using var models = await StartAsync(_ => Reply.Never, _ => Reply.After(100));
        using var chat = models.Chat(AfterASecond);

        await using (var updates = chat.GetStreamingResponseAsync("hi").GetAsyncEnumerator())
        {
            var first = updates.MoveNextAsync().AsTask();
            await models.PassAsync(first);
            Assert.True(await first);
            Assert.Equal("hello", updates.Current.Text);
        }

        await RoutedModels.UntilAsync(() => models.LedgerOf(0).Ignored + models.LedgerOf(1).Ignored == 2);
    }

    private static KairosException Broken() => new(new KairosError(ErrorCode.LlmError, "broken"));

    private static Task<RoutedModels> StartAsync(params Func<int, Reply>[] replies) => RoutedModels.StartAsync(
        options => options.Defaults(c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 10 } }), replies);

    private static async Task<(string? By, TimeSpan Taken)> AskAsync(RoutedModels models, KairosFailoverChatClient chat, bool stream)
    {
        var asking = stream ? chat.GetStreamingResponseAsync("hi").ToChatResponseAsync() : chat.GetResponseAsync("hi");
        var taken = await models.PassAsync(asking);
        return ((await asking.Soon()).AdditionalProperties?[KairosFailoverChatClient.AnsweredBy] as string, taken);
    }
}
