namespace Kairos.Extensions.AI.Tests.Failover;

/// <summary>How long answers take of late, and how many requests may be hedged.</summary>
public sealed class RouteEstimateTests
{
    private readonly LatencyEstimate _latency = new();
    private TimeSpan _now;

    [Fact]
    public void Nothing_is_known_before_the_first_answer_and_all_of_it_after() =>
        Assert.Equal((null, 300), (_latency.Mean, MeanAfter(300)));

    [Fact]
    public void Answers_in_quick_succession_weigh_a_tenth_each()
    {
        Assert.Equal(100, MeanAfter(100));
        Assert.Equal(190, MeanAfter(1000), 1e-3);
        Assert.Equal(271, MeanAfter(1000), 1e-3);
    }

    [Fact]
    public void What_is_old_weighs_next_to_nothing()
    {
        MeanAfter(1000);
        _now += TimeSpan.FromSeconds(60);
        Assert.InRange(MeanAfter(100), 100, 103);
    }

    [Fact]
    public void A_call_that_was_given_up_tells_something_only_where_it_took_longer_than_answers_do()
    {
        MeanAfter(100);
        _latency.GivenUp(TimeSpan.FromMilliseconds(50), _now);
        Assert.Equal(100, _latency.Mean!.Value.TotalMilliseconds);
        _latency.GivenUp(TimeSpan.FromMilliseconds(200), _now);
        Assert.Equal(110, _latency.Mean!.Value.TotalMilliseconds);
    }

    [Fact]
    public void Percentiles_are_told_of_twenty_answers_at_least_and_of_the_last_hundred()
    {
        for (var i = 1; i < 20; i++) MeanAfter(i);
        Assert.Null(_latency.Percentile(0.95));
        MeanAfter(20);
        Assert.Equal((20, 11), (Percentile(0.95), Percentile(0.5)));

        for (var i = 1; i <= 100; i++) MeanAfter(1000 + i);
        Assert.Equal((1051, 1096, 1100), (Percentile(0.5), Percentile(0.95), Percentile(0.99)));
    }

    [Fact]
    public void A_share_is_kept_from_the_first_request_on_and_what_is_saved_up_is_ten_at_most()
    {
        var share = new HedgeShare(0.05);
        var taken = 0;
        for (var request = 1; request <= 1000; request++)
        {
            share.PayIn();
            if (share.TryTake()) taken++;
            Assert.Equal(request / 20, taken); // the 20th is the first that may be hedged
        }

        for (var request = 0; request < 1000; request++) share.PayIn();
        Assert.Equal(10, Enumerable.Range(0, 100).Count(_ => share.TryTake()));
    }

    private double Percentile(double share) => _latency.Percentile(share)!.Value.TotalMilliseconds;

    private double MeanAfter(double milliseconds)
    {
        _latency.Answered(TimeSpan.FromMilliseconds(milliseconds), _now);
        return _latency.Mean!.Value.TotalMilliseconds;
    }
}
