using System.Globalization;
using Microsoft.Extensions.AI;
using Xunit.Abstractions;

namespace Kairos.Extensions.AI.Tests.Failover;

/// <summary>
/// Two models whose latencies change, and requests one after the other: what <c>LeastLatency</c> makes of it beside whoever knew in hindsight which one was
/// better in each phase. Through the real failover and real guards, in virtual time. The figures stand in docs/agents.md.
/// </summary>
public sealed class LatencySimulationSpecs(ITestOutputHelper output)
{
    private static readonly (double First, double Second)[] Phases = [(200, 600), (900, 300), (400, 300), (250, 1000), (250, 150), (700, 350)];
    private const int RequestsOfPhase = 1500;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task Least_latency_is_within_ten_percent_of_the_better_one_in_hindsight(int seed, bool stream)
    {
        var (least, first) = (await MeanAsync(RouteStrategy.LeastLatency, seed, stream), await MeanAsync(RouteStrategy.Ordered, seed, stream));
        var better = TimeSpan.FromMilliseconds(Phases.Average(phase => Math.Min(phase.First, phase.Second)));

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"better in hindsight {better.TotalMilliseconds:0} ms, least latency {least.TotalMilliseconds:0} ms ({least / better:P1}), the first {first.TotalMilliseconds:0} ms"));
        Assert.InRange(least / better, 0.98, 1.1);
        Assert.True(first > better * 1.5, "there is something to be gained");
    }

    private static async Task<TimeSpan> MeanAsync(RouteStrategy strategy, int seed, bool stream)
    {
        var (phase, noise, chance) = (0, new Random(seed), new Random(seed + 100));
        await using var models = await RoutedModels.StartAsync(
            null, _ => Reply.After(Noisy(Phases[phase].First)), _ => Reply.After(Noisy(Phases[phase].Second)));
        using var chat = models.Chat(new FailoverOptions { Strategy = strategy, Random = chance.NextDouble });
        var taken = TimeSpan.Zero;
        for (var request = 0; request < Phases.Length * RequestsOfPhase; request++)
        {
            phase = request / RequestsOfPhase;
            Task asking = stream ? chat.GetStreamingResponseAsync("hi").ToChatResponseAsync() : chat.GetResponseAsync("hi");
            taken += await models.PassAsync(asking);
            await asking;
        }

        return taken / (Phases.Length * RequestsOfPhase);

        double Noisy(double mean) => mean * (0.7 + (0.6 * noise.NextDouble()));
    }
}
