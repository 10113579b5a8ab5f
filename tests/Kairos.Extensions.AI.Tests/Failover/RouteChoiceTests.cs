namespace Kairos.Extensions.AI.Tests.Failover;

/// <summary>In which order routes are asked, as a pure function.</summary>
public sealed class RouteChoiceTests
{
    private const int Draws = 100_000;

    [Fact]
    public void In_order_all_are_asked_whatever_their_circuits_say() =>
        Assert.Equal([0, 1, 2], RouteChoice.Order(RouteStrategy.Ordered, [Shut(1), Open(1), Open(9)], 0.99));

    [Theory]
    [InlineData(RouteStrategy.Weighted)]
    [InlineData(RouteStrategy.LeastLatency)]
    public void Where_all_are_shut_all_are_asked_in_order(RouteStrategy strategy) =>
        Assert.Equal([0, 1, 2], RouteChoice.Order(strategy, [Shut(1), Shut(5), Shut(2)], 0.9));

    [Theory]
    [InlineData(RouteStrategy.Weighted)]
    [InlineData(RouteStrategy.LeastLatency)]
    public void One_that_is_shut_is_left_out_where_another_is_not(RouteStrategy strategy) =>
        Assert.Equal([1], RouteChoice.Order(strategy, [Shut(100), Open(1), Shut(3)], 0));

    [Fact]
    public void Shares_are_those_of_the_weights_in_every_place()
    {
        RouteView[] routes = [Open(5), Open(3), Open(2), Open(0)];
        var orders = Orders(RouteStrategy.Weighted, routes);

        AssertShare(0.5, orders, order => order[0] == 0);
        AssertShare(0.3, orders, order => order[0] == 1);
        AssertShare(0.2, orders, order => order[0] == 2);
        AssertShare(0.5 * 0.6, orders, order => order[0] == 0 && order[1] == 1); // what is left is shared by its weights again
        AssertShare(0.3 * 2 / 7, orders, order => order[0] == 1 && order[1] == 2);
        Assert.All(orders, order => Assert.Equal(3, order[3])); // without a weight: only where the others fail
        Assert.All(orders, order => Assert.Equal(4, order.Distinct().Count()));
    }

    [Fact]
    public void The_share_of_one_that_is_shut_goes_to_the_others_by_their_weights()
    {
        var orders = Orders(RouteStrategy.Weighted, [Shut(5), Open(3), Open(2)]);

        AssertShare(0.6, orders, order => order[0] == 1);
        AssertShare(0.4, orders, order => order[0] == 2);
        Assert.DoesNotContain(orders, order => order.Contains(0));
    }

    [Fact]
    public void Where_nobody_has_a_weight_they_are_asked_in_order() =>
        Assert.Equal([0, 1], RouteChoice.Order(RouteStrategy.Weighted, [Open(0), Open(0)], 0.7));

    [Fact]
    public void The_fastest_is_first_and_trying_the_others_costs_three_percent_however_slow_they_are()
    {
        foreach (var slow in new[] { 400, 2000, 60_000 })
        {
            var orders = Orders(RouteStrategy.LeastLatency, [Taking(slow), Taking(200)]);
            var share = RouteChoice.CostOfTrying * 200 / (slow - 200);
            AssertShare(1 - share, orders, order => order.SequenceEqual([1, 0]));
            AssertShare(share, orders, order => order.SequenceEqual([0, 1]));
        }
    }

    [Fact]
    public void One_that_is_hardly_slower_or_was_never_tried_is_tried_once_in_ten()
    {
        AssertShare(0.1, Orders(RouteStrategy.LeastLatency, [Taking(200), Taking(201)]), order => order[0] == 1);
        AssertShare(0.1, Orders(RouteStrategy.LeastLatency, [Taking(200), Open(1)]), order => order[0] == 1);
        AssertShare(0.05, Orders(RouteStrategy.LeastLatency, [Taking(200), Open(1), Open(1)]), order => order[0] == 2);
        AssertShare(0.1, Orders(RouteStrategy.LeastLatency, [Open(1), Open(1)]), order => order[0] == 1);
    }

    [Fact]
    public void Where_the_fastest_fails_the_next_fastest_is_next() =>
        Assert.Equal([2, 0, 1], RouteChoice.Order(RouteStrategy.LeastLatency, [Taking(300), Taking(900), Taking(100)], 0.99));

    private static RouteView Open(double weight) => new(true, weight);

    private static RouteView Shut(double weight) => new(false, weight, TimeSpan.FromMilliseconds(1));

    private static RouteView Taking(double milliseconds) => new(true, 1, TimeSpan.FromMilliseconds(milliseconds));

    private static List<IReadOnlyList<int>> Orders(RouteStrategy strategy, RouteView[] routes)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Draws).Select(_ => RouteChoice.Order(strategy, routes, random.NextDouble()))];
    }

    /// <summary>Within four standard deviations.</summary>
    private static void AssertShare(double share, List<IReadOnlyList<int>> orders, Predicate<IReadOnlyList<int>> what)
    {
        var deviation = 4 * Math.Sqrt(share * (1 - share) / Draws);
        Assert.InRange(orders.Count(order => what(order)) / (double)Draws, share - deviation, share + deviation);
    }
}
