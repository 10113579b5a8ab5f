using Kairos.Tests.Calls;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI.Tests.Failover;

/// <summary>A thousand requests to models that are slow, fail, and are given up by callers, eight at a time: every call is in the books once.</summary>
public sealed class HedgeBookSpecs
{
    private const int Callers = 8;
    private const int RequestsOfEach = 125;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public async Task Every_call_is_counted_once_and_as_what_it_was(int seed, bool stream)
    {
        await using var models = await RoutedModels.StartAsync(
            options => options.Defaults(c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 0 } }), Troubled(seed), Troubled(seed + 10), Troubled(seed + 20));
        using var chat = models.Chat(new FailoverOptions { Strategy = RouteStrategy.Weighted, Hedge = new HedgeOptions { After = TimeSpan.FromMilliseconds(300), MaxShare = 0.3 } });

        var ends = await RunAsync(models, chat, seed, stream);

        Assert.Equal(Callers * RequestsOfEach, ends.Sum());
        Assert.All(ends, number => Assert.True(number > 0, "each kind of end has been there"));
        await RoutedModels.UntilAsync(() => models.Models.Index().All(model => models.MadeOf(model.Index) >= model.Item.Requests && models.LedgerOf(model.Index).Ignored >= model.Item.Cancelled));
        await models.SettleAsync();

        // A caller may cancel just when a call begins: then it is in the books, and its model has not seen it.
        Assert.InRange(Enumerable.Range(0, 3).Sum(models.MadeOf) - models.Models.Sum(model => model.Requests), 0, ends[2]);
        for (var at = 0; at < models.Models.Count; at++)
        {
            var (model, book) = (models.Models[at], models.LedgerOf(at));
            Assert.Equal((book.Failure, 0L), (models.SnapshotOf(at).Errors, book.Rejected));
            Assert.InRange(model.Answered + model.Failed - book.Success - book.Failure, 0, book.Ignored - model.Cancelled); // left just when it ended: neutral, too
        }

        Assert.True(Enumerable.Range(0, 3).Sum(at => models.LedgerOf(at).Success) >= ends[0]);
    }

    [Fact]
    public async Task Of_two_streams_that_begin_at_the_same_time_one_is_left_and_its_call_ends()
    {
        await using var models = await RoutedModels.StartAsync(null, _ => Reply.After(1500), _ => Reply.After(500));
        using var chat = models.Chat(new FailoverOptions { Hedge = new HedgeOptions { After = TimeSpan.FromSeconds(1), MaxShare = 1 } });

        for (var i = 1; i <= 20; i++)
        {
            var asking = chat.GetStreamingResponseAsync("hi").ToChatResponseAsync();
            await models.PassAsync(asking);
            await asking.Soon();
            await RoutedModels.UntilAsync(() => models.MadeOf(0) == i && models.MadeOf(1) == i);
        }

        Assert.Equal((20, 20), (models.LedgerOf(0).Success + models.LedgerOf(1).Success, models.LedgerOf(0).Ignored + models.LedgerOf(1).Ignored));
    }

    private static async Task<int[]> RunAsync(RoutedModels models, KairosFailoverChatClient chat, int seed, bool stream)
    {
        var ends = new int[3]; // answered, failed, cancelled
        var callers = Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(seed * 100 + caller);
            for (var i = 0; i < RequestsOfEach; i++) Interlocked.Increment(ref ends[await AskAsync(models, chat, random, stream)]);
        })));
        while (!callers.IsCompleted)
        {
            models.Time.Advance(RoutedModels.Step);
            await Task.Yield();
        }

        await callers.Soon();
        await RoutedModels.UntilAsync(() => models.Models.All(model => model.Active == 0));
        return ends;
    }

    private static async Task<int> AskAsync(RoutedModels models, KairosFailoverChatClient chat, Random random, bool stream)
    {
        using var caller = new CancellationTokenSource(random.NextDouble() < 0.2 ? TimeSpan.FromMilliseconds(random.Next(10, 1000)) : TimeSpan.FromDays(1), models.Time);
        try
        {
            if (stream) await chat.GetStreamingResponseAsync("hi", cancellationToken: caller.Token).ToChatResponseAsync();
            else await chat.GetResponseAsync("hi", cancellationToken: caller.Token);
            return 0;
        }
        catch (ModelFailedException)
        {
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 2;
        }
    }

    private static Func<int, Reply> Troubled(int seed)
    {
        var random = new Random(seed);
        return _ =>
        {
            lock (random)
            {
                var latency = random.NextDouble() < 0.3 ? random.Next(500, 3000) : random.Next(0, 300);
                return Reply.After(latency, random.NextDouble() < 0.4 ? new KairosException(new KairosError(ErrorCode.LlmError, "broken")) : null);
            }
        };
    }
}
