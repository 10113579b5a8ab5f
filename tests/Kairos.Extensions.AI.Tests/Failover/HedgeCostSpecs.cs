using Kairos.Tests.Calls;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI.Tests.Failover;

/// <summary>What hedges cost: the turn's budget, and a share of requests.</summary>
public sealed class HedgeCostSpecs
{
    private static readonly HedgeOptions AfterASecond = new() { After = TimeSpan.FromSeconds(1), MaxShare = 1 };

    [Fact]
    public async Task One_that_is_fast_enough_is_not_joined()
    {
        await using var models = await RoutedModels.StartAsync(null, _ => Reply.After(990), _ => default);
        using var chat = models.Chat(new FailoverOptions { Hedge = AfterASecond });

        await AskAsync(models, chat);

        Assert.Equal(0, models.Models[1].Requests);
    }

    [Fact]
    public async Task A_hedge_takes_an_attempt_of_the_turns_budget()
    {
        await using var models = await StartAsync();
        using var chat = models.Chat(new FailoverOptions { Hedge = AfterASecond });
        using var turn = CallBudget.Begin(attempts: 4);

        await AskAsync(models, chat);

        Assert.Equal(2, turn.AttemptsLeft);
    }

    [Fact]
    public async Task Where_the_budget_has_nothing_left_there_is_no_hedge_and_the_request_goes_on()
    {
        await using var models = await StartAsync();
        using var chat = models.Chat(new FailoverOptions { Hedge = AfterASecond });
        using var turn = CallBudget.Begin(attempts: 1);

        await AskAsync(models, chat);

        Assert.Equal(((1, 0, 0, 0), (0, 0, 0, 0)), (models.LedgerOf(0), models.LedgerOf(1)));
    }

    [Theory]
    [InlineData(0.05, 10)]
    [InlineData(0.5, 100)]
    public async Task Hedges_are_no_more_than_their_share_of_answers_and_streams_together(double share, int hedges)
    {
        await using var models = await StartAsync();
        using var chat = models.Chat(new FailoverOptions { Hedge = AfterASecond with { MaxShare = share } });

        for (var i = 0; i < 200; i++) await AskAsync(models, chat, stream: i % 2 == 0);

        Assert.Equal((200, hedges), (models.Models[0].Requests, models.Models[1].Requests));
    }

    [Fact]
    public async Task A_request_that_may_not_be_sent_again_is_not_hedged()
    {
        await using var models = await StartAsync();
        using var chat = models.Chat(new FailoverOptions { Hedge = AfterASecond, Model = new ModelGuardOptions { IsIdempotent = false } });

        await AskAsync(models, chat);

        Assert.Equal(0, models.Models[1].Requests);
    }

    [Fact]
    public async Task By_a_percentile_nobody_is_hedged_before_enough_is_known()
    {
        await using var models = await RoutedModels.StartAsync(null, request => Reply.After(request is 10 or 60 ? 5000 : 200), _ => Reply.After(200));
        using var chat = models.Chat(new FailoverOptions { Hedge = new HedgeOptions { MaxShare = 1 } });

        for (var i = 0; i <= 60; i++) await AskAsync(models, chat);

        Assert.Equal((61, 1), (models.Models[0].Requests, models.Models[1].Requests)); // the second of the two
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void What_makes_no_sense_is_refused(double value)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new HedgeOptions { Percentile = value });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HedgeOptions { MaxShare = value == 1 ? 1.01 : value });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HedgeOptions { After = value > 0 ? TimeSpan.FromDays(2) : TimeSpan.Zero });
    }

    private static Task<RoutedModels> StartAsync() => RoutedModels.StartAsync(null, _ => Reply.After(5000), _ => Reply.After(500));

    private static async Task AskAsync(RoutedModels models, KairosFailoverChatClient chat, bool stream = false)
    {
        Task asking = stream ? chat.GetStreamingResponseAsync("hi").ToChatResponseAsync() : chat.GetResponseAsync("hi");
        await models.PassAsync(asking);
        await asking.Soon();
    }
}
