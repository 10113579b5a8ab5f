namespace Kairos.Testing.Tests.Time;

public sealed class VirtualTimeTests : IDisposable
{
    private readonly VirtualTime _time = new();
    private readonly List<string> _ran = [];

    [Fact]
    public void Timers_run_in_the_order_in_which_they_are_due_and_those_of_one_moment_in_the_order_in_which_they_were_made()
    {
        Timer("late", 3);
        Timer("first", 1);
        Timer("second", 1);

        Assert.Equal(TimeSpan.FromSeconds(1), _time.NextDue);
        _time.MoveTo(TimeSpan.FromSeconds(3));

        Assert.Equal(["first", "second", "late"], _ran);
        Assert.Null(_time.NextDue);
    }

    [Fact]
    public void A_timer_with_a_period_runs_at_each_of_its_moments()
    {
        using var timer = _time.CreateTimer(_ => _ran.Add("tick"), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

        _time.MoveTo(TimeSpan.FromSeconds(6));

        Assert.Equal(3, _ran.Count);
        Assert.Equal(TimeSpan.FromSeconds(7), _time.NextDue);
    }

    [Fact]
    public void A_timer_that_is_changed_runs_at_the_new_moment_alone()
    {
        var timer = Timer("it", 1);
        Assert.True(timer.Change(TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan));

        _time.MoveTo(TimeSpan.FromSeconds(4));
        Assert.Empty(_ran);
        _time.MoveTo(TimeSpan.FromSeconds(5));
        Assert.Equal(["it"], _ran);
    }

    [Fact]
    public void A_timer_that_is_due_at_once_runs_at_once()
    {
        Timer("now", 0);

        Assert.Equal(["now"], _ran);
        Assert.Equal(0, _time.Armed);
    }

    [Fact]
    public void A_disposed_timer_neither_runs_nor_can_be_changed()
    {
        var timer = Timer("it", 1);
        timer.Dispose();

        Assert.False(timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan));
        _time.MoveTo(TimeSpan.FromSeconds(9));
        Assert.Empty(_ran);
    }

    [Fact]
    public void A_timer_runs_in_the_flow_of_who_made_it()
    {
        var flow = new AsyncLocal<string> { Value = "made" };
        using var timer = _time.CreateTimer(_ => _ran.Add(flow.Value!), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        flow.Value = "moved";

        _time.MoveTo(TimeSpan.FromSeconds(1));

        Assert.Equal(["made"], _ran);
        Assert.Equal("moved", flow.Value);
    }

    [Fact]
    public async Task Delays_and_time_outs_of_dotnet_follow_it()
    {
        var delay = Task.Delay(TimeSpan.FromSeconds(2), _time);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3), _time);

        _time.MoveTo(TimeSpan.FromSeconds(2));
        await delay.Soon();
        Assert.False(limit.IsCancellationRequested);
        _time.MoveTo(TimeSpan.FromSeconds(3));
        Assert.True(limit.IsCancellationRequested);
    }

    [Fact]
    public void Once_it_is_over_no_timer_runs()
    {
        Timer("before", 1);
        _time.Dispose();
        Timer("after", 1);

        _time.MoveTo(TimeSpan.FromSeconds(9));

        Assert.Empty(_ran);
        Assert.Equal(0, _time.Armed);
    }

    public void Dispose() => _time.Dispose();

    private ITimer Timer(string name, double seconds) => _time.CreateTimer(_ => _ran.Add(name), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
}
