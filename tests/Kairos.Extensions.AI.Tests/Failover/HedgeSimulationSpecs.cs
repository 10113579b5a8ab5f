using System.Globalization;
using Microsoft.Extensions.AI;
using Xunit.Abstractions;

namespace Kairos.Extensions.AI.Tests.Failover;

/// <summary>
/// Two models that answer fast nearly always, and take 5 s now and then: what hedging gives, through the real failover and real guards, in virtual time. The
/// figures stand in docs/agents.md.
/// </summary>
public sealed class HedgeSimulationSpecs(ITestOutputHelper output)
{
    private const int Requests = 4000;

    [Theory]
    [InlineData(0.03, null, false)]
    [InlineData(0.04, null, false)]
    [InlineData(0.04, null, true)]
    [InlineData(0.05, 400.0, true)]
    public async Task Hedging_lowers_the_99th_percentile_at_least_threefold_for_five_percent_more_requests(double slow, double? after, bool stream)
    {
        var hedge = new HedgeOptions { After = after is { } time ? TimeSpan.FromMilliseconds(time) : null };
        var (without, with) = (await RunAsync(slow, stream, null), await RunAsync(slow, stream, hedge));

        output.WriteLine($"without: {without}");
        output.WriteLine($"hedged:  {with}");
        Assert.Equal((Requests, TimeSpan.FromSeconds(5)), (without.Made, without.P99));
        Assert.InRange(with.Made, Requests + 1, Requests * 1.05);
        Assert.True(with.P99 * 3 <= without.P99, $"{with} against {without}");
    }

    private static async Task<Result> RunAsync(double slow, bool stream, HedgeOptions? hedge)
    {
        await using var models = await RoutedModels.StartAsync(null, Bimodal(slow, seed: 1), Bimodal(slow, seed: 2));
        using var chat = models.Chat(new FailoverOptions { Hedge = hedge });
        var taken = new List<TimeSpan>(Requests);
        for (var request = 0; request < Requests; request++)
        {
            Task asking = stream ? chat.GetStreamingResponseAsync("hi").ToChatResponseAsync() : chat.GetResponseAsync("hi");
            taken.Add(await models.PassAsync(asking));
            await asking;
        }

        return new Result(models.Models.Sum(model => model.Requests), RoutedModels.Percentile(taken, 0.5), RoutedModels.Percentile(taken, 0.99));
    }

    private static Func<int, Reply> Bimodal(double slow, int seed)
    {
        var random = new Random(seed);
        return _ => Reply.After(random.NextDouble() < slow ? 5000 : 10 * random.Next(10, 31));
    }

    private sealed record Result(int Made, TimeSpan P50, TimeSpan P99)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Made} requests made, half of them within {P50.TotalMilliseconds} ms, 99 % within {P99.TotalMilliseconds} ms");
    }
}
