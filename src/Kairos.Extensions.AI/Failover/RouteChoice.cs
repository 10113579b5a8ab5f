namespace Kairos.Extensions.AI;

/// <summary>What is seen of a route when a request comes.</summary>
/// <param name="MayAdmit">Whether its circuit lets calls through.</param>
/// <param name="Weight">Its share beside the others'.</param>
/// <param name="Latency">How long its answers took of late; null where none is known.</param>
internal readonly record struct RouteView(bool MayAdmit, double Weight = 1, TimeSpan? Latency = null);

/// <summary>In which order routes are asked: pure functions.</summary>
internal static class RouteChoice
{
    /// <summary>The share of the best one's time that trying another one may cost, on average over all requests.</summary>
    public const double CostOfTrying = 0.03;

    /// <summary>The share of requests that try another one, at most: where that costs next to nothing, or it has never been tried.</summary>
    public const double MostTries = 0.1;

    /// <summary>
    /// The routes in the order in which a request goes to them. In order, all of them: a guard says itself that it is shut. Otherwise only those that let
    /// calls through, and all of them where none does.
    /// </summary>
    /// <param name="strategy">Which is first.</param>
    /// <param name="routes">What is seen of them.</param>
    /// <param name="random">A number in [0, 1).</param>
    public static IReadOnlyList<int> Order(RouteStrategy strategy, IReadOnlyList<RouteView> routes, double random)
    {
        List<int> all = [.. Enumerable.Range(0, routes.Count)];
        if (strategy == RouteStrategy.Ordered) return all;
        var open = all.FindAll(at => routes[at].MayAdmit);
        if (open.Count < 2) return open.Count == 0 ? all : open;
        return strategy == RouteStrategy.Weighted ? ByWeight(routes, open, random) : ByLatency(routes, open, random);
    }

    /// <summary>Draws one after the other. What is left of a number when it has chosen is a number by chance again.</summary>
    private static List<int> ByWeight(IReadOnlyList<RouteView> routes, List<int> open, double random)
    {
        var order = new List<int>(open.Count);
        while (open.Count > 0)
        {
            var chosen = Draw([.. open.Select(at => routes[at].Weight)], ref random);
            order.Add(open[chosen]);
            open.RemoveAt(chosen);
        }

        return order;
    }

    private static int Draw(double[] weights, ref double random)
    {
        var total = weights.Sum();
        if (total <= 0) return 0; // those that have no share stand in, in order
        var point = random * total;
        var at = 0;
        while (at < weights.Length - 1 && point >= weights[at]) point -= weights[at++];
        random = weights[at] > 0 ? Math.Clamp(point / weights[at], 0, Below1) : 0;
        return at;
    }

    /// <summary>The fastest first, unless chance has it that another one is tried. One that was never tried counts as no worse than the best.</summary>
    private static List<int> ByLatency(IReadOnlyList<RouteView> routes, List<int> open, double random)
    {
        var best = open.Min(at => routes[at].Latency) ?? TimeSpan.Zero;
        List<int> order = [.. open.OrderBy(at => routes[at].Latency ?? best).ThenBy(at => routes[at].Latency is null)];
        for (var at = 1; at < order.Count; at++)
        {
            random -= ShareOfTries(best, routes[order[at]].Latency ?? best, order.Count - 1);
            if (random >= 0) continue;
            var tried = order[at];
            order.RemoveAt(at);
            order.Insert(0, tried);
            break;
        }

        return order;
    }

    /// <summary>So often that the time it costs is a fixed share of the best one's, however slow the other is.</summary>
    private static double ShareOfTries(TimeSpan best, TimeSpan latency, int others)
    {
        var loss = (latency - best).TotalMilliseconds;
        return Math.Min(MostTries, loss > 0 ? CostOfTrying * best.TotalMilliseconds / loss : MostTries) / others;
    }

    private const double Below1 = 1 - (1.0 / (1L << 53));
}
