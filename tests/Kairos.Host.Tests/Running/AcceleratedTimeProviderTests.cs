using Kairos.Host.Running;

namespace Kairos.Host.Tests.Running;

public sealed class AcceleratedTimeProviderTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly AcceleratedTimeProvider _time = new(100_000);

    [Fact]
    public async Task Stands_still_at_the_moment_up_to_which_it_may_run()
    {
        _time.RunUpTo(Hour);

        await ReachAsync(Hour);

        Assert.Equal(Hour, _time.Now);
        Assert.Equal(Hour.Ticks, _time.GetTimestamp());
    }

    [Fact]
    public async Task Goes_on_from_where_it_stood_still()
    {
        _time.RunUpTo(Hour);
        await ReachAsync(Hour);

        _time.RunUpTo(3 * Hour);

        Assert.InRange(_time.Now, Hour, 3 * Hour);
        await ReachAsync(3 * Hour);
        Assert.Equal(3 * Hour, _time.Now);
    }

    [Fact]
    public void Differences_of_its_timestamps_are_exact()
    {
        var moment = TimeSpan.FromSeconds(28.2);

        Assert.Equal(moment, _time.GetElapsedTime(7, 7 + moment.Ticks));
    }

    private async Task ReachAsync(TimeSpan moment)
    {
        while (_time.Now < moment) await Task.Delay(moment - _time.Now, _time);
    }
}
