using Kairos.Components;

namespace Kairos.Tests.Components;

/// <summary>When a worker is started, what it is given, and what becomes of who asks it.</summary>
public sealed class WorkerMachineTests
{
    private static readonly WorkerPolicy Policy = new() { RestartDelay = TimeSpan.FromSeconds(1), RestartDelayMax = TimeSpan.FromSeconds(5) };
    private readonly WorkerUnderMachine _worker = new(Policy);

    [Fact]
    public void The_first_one_is_started_at_once_and_is_up_when_it_says_so()
    {
        Assert.Equal(["start"], _worker.Tick());
        Assert.Equal(WorkerPhase.Starting, _worker.State.Phase);
        Assert.Equal(["up"], _worker.Ready());
        Assert.Equal(WorkerPhase.Up, _worker.State.Phase);
        Assert.Null(_worker.State.NextDeadline(Policy));
    }

    [Fact]
    public void It_is_given_one_question_at_a_time_in_order()
    {
        _worker.Tick();
        Assert.Empty(_worker.Ask("a"));
        Assert.Empty(_worker.Ask("b"));
        Assert.Equal(["up", "give a"], _worker.Ready());
        Assert.Empty(_worker.Ask("c"));
        Assert.Equal(["give b"], _worker.Ready());
        Assert.Equal(["give c"], _worker.Ready());
        Assert.Empty(_worker.Ready());
    }

    [Fact]
    public void An_answer_to_an_earlier_question_of_ours_says_nothing()
    {
        _worker.Up();
        _worker.Ask("a");
        Assert.Empty(_worker.Ready(_worker.State.Number - 1));
        Assert.Equal("a", _worker.State.InHand?.Message);
    }

    [Fact]
    public void A_crash_refuses_what_it_has_in_hand_once_the_component_knows_and_keeps_the_others()
    {
        _worker.Up();
        _worker.Ask("a");
        _worker.Ask("b");

        Assert.Equal(["down", "refuse a: went down while it had this message, which may have had its effect"], _worker.Crash());
        Assert.Empty(_worker.Stopped());
        Assert.Equal(["start"], _worker.At(1).Tick());
        Assert.Equal(["up", "give b"], _worker.Ready());
    }

    [Fact]
    public void One_that_ends_of_its_own_accord_has_gone_down_too()
    {
        _worker.Up();
        Assert.Equal(["down"], _worker.Stopped());
        Assert.Equal((WorkerPhase.Down, 1), (_worker.State.Phase, _worker.State.Failures));
    }

    [Fact]
    public void Starts_in_a_row_back_off_up_to_a_cap()
    {
        _worker.Tick();
        foreach (var wait in new[] { 1, 2, 4, 5, 5 })
        {
            Assert.Equal(["down"], _worker.NoStart());
            Assert.Equal(_worker.Now + TimeSpan.FromSeconds(wait), _worker.State.NextDeadline(Policy));
            Assert.Empty(_worker.In(wait - 0.001).Tick());
            Assert.Equal(["start"], _worker.In(0.001).Tick());
        }
    }

    [Theory]
    [InlineData(5, 2)]
    [InlineData(5.001, 1)]
    public void One_that_was_up_for_longer_than_the_longest_wait_is_forgiven(double secondsUp, int failures)
    {
        _worker.Up();
        _worker.Crash();
        _worker.Stopped();
        _worker.In(1).Up();

        _worker.In(secondsUp).Crash();
        Assert.Equal(failures, _worker.State.Failures);
    }

    [Fact]
    public void A_question_waits_as_long_as_the_longest_wait_and_a_second_for_one_that_is_not_up()
    {
        _worker.Tick();
        _worker.Ask("a");
        _worker.In(2).Ask("b");
        Assert.Equal(TimeSpan.FromSeconds(6), _worker.State.NextDeadline(Policy));

        Assert.Empty(_worker.At(5.999).Tick());
        Assert.Equal(["refuse a: has been down for as long as a message waits, 6 s"], _worker.At(6).Tick());
        Assert.Equal(["up", "give b"], _worker.Ready());
    }

    [Fact]
    public void Time_that_a_question_waited_for_one_that_was_up_does_not_count()
    {
        _worker.Up();
        _worker.Ask("a");
        _worker.Ask("b");
        _worker.In(100).Crash();
        _worker.Stopped();

        Assert.Equal(["start"], _worker.In(1).Tick());
        Assert.Equal(_worker.Now + TimeSpan.FromSeconds(5), _worker.State.NextDeadline(Policy));
    }

    [Fact]
    public void No_more_wait_than_are_allowed()
    {
        _worker.Tick();
        for (var i = 0; i < WorkerMachine.MostWaiting; i++) Assert.Empty(_worker.Ask("a"));

        Assert.Equal(["refuse b: is not ready for this message: 10000 others wait for it"], _worker.Ask("b"));
        Assert.Equal(["up", "give a"], _worker.Ready());
        Assert.Empty(_worker.Ask("b"));
    }

    [Fact]
    public void Those_who_were_given_to_it_make_room()
    {
        _worker.Up();
        for (var i = 0; i <= WorkerMachine.MostWaiting; i++)
        {
            Assert.Equal(["give a"], _worker.Ask("a"));
            Assert.Empty(_worker.Ready());
        }
    }

    [Fact]
    public void Everything_that_it_is_told_has_a_number_of_its_own_and_each_is_larger()
    {
        _worker.Up();
        var first = _worker.State.Number;
        _worker.Ask("a");
        Assert.Equal(first + 1, _worker.State.Number);
        _worker.Crash();
        _worker.Stopped();
        _worker.In(1).Tick();
        Assert.Equal(first + 2, _worker.State.Number);
    }

    [Fact]
    public void While_it_is_down_the_next_start_or_who_has_waited_too_long_comes_first()
    {
        var slow = new WorkerPolicy { RestartDelay = TimeSpan.FromSeconds(30), RestartDelayMax = TimeSpan.FromSeconds(30) };
        var worker = new WorkerUnderMachine(slow);
        worker.Tick();
        worker.Ask("a"); // waits 31 s at most
        worker.In(20).NoStart(); // the next start is at second 50
        Assert.Equal(TimeSpan.FromSeconds(31), worker.State.NextDeadline(slow));
        worker.At(31).Tick();
        Assert.Equal(TimeSpan.FromSeconds(50), worker.State.NextDeadline(slow));
    }

    [Fact]
    public void When_there_will_be_none_any_more_nobody_waits()
    {
        _worker.Up();
        _worker.Ask("a");
        _worker.Ask("b");

        const string Why = "is gone: the component was removed, or its actor stopped";
        Assert.Equal([$"refuse a: {Why}", $"refuse b: {Why}"], _worker.Gone());
    }
}
