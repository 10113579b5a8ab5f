using Kairos.CircuitBreaker;
using Kairos.Components;
using static Kairos.Tests.Errors.SampleErrors;

namespace Kairos.Tests.Components;

/// <summary>What is counted, and what the breaker is told.</summary>
public class ComponentMachineTests
{
    private static readonly ErrorKind LlmError = new(ErrorCode.LlmError, Recoverable: true);
    private readonly ComponentMachineUnderTest _component = new();

    [Fact]
    public void An_error_is_counted_and_weighed()
    {
        _component.Fail(Counted(), times: 5);
        Assert.Equal((5, CircuitStatus.Open), (_component.State.Account.Errors, _component.Circuit));
    }

    [Fact]
    public void An_error_is_counted_whatever_its_verdict()
    {
        _component.Fail(Ignored()).Fail(Gating(5)).Fail(Tripping()).Fail(Counted());
        Assert.Equal(4, _component.State.Account.Errors);
        Assert.Equal(4, _component.State.ErrorsPerMinute(_component.Now));
    }

    [Fact]
    public void An_error_is_counted_whatever_its_generation_and_changes_no_state_of_a_later_one()
    {
        _component.Fail(Tripping());
        var breaker = _component.State.Breaker;
        _component.At(1).Fail(Counted(), new CallTicket(Generation: 0, Lease: 0));
        Assert.Equal(breaker, _component.State.Breaker);
        Assert.Equal(2, _component.State.Account.Errors);
    }

    [Fact]
    public void A_recovery_takes_back_no_more_than_was_recorded_of_its_kind()
    {
        _component.Fail(Counted(), times: 3).Fail(Ignored());
        Assert.Equal(2, _component.Apply(ComponentInput.OfRecovery(LlmError, 2)).Recovered);
        Assert.Equal(1, _component.Apply(ComponentInput.OfRecovery(LlmError, 2)).Recovered);
        Assert.Equal(0, _component.Apply(ComponentInput.OfRecovery(new ErrorKind(ErrorCode.Timeout, true))).Recovered);
        Assert.Equal((4, 3), (_component.State.Account.Errors, _component.State.Account.Recovered));
    }

    [Fact]
    public void A_recovery_means_nothing_to_the_breaker_or_the_error_rate()
    {
        _component.Fail(Counted(), times: 4).Apply(ComponentInput.OfRecovery(LlmError, 4));
        Assert.Equal(4, _component.State.ErrorsPerMinute(_component.Now));
        Assert.Equal(CircuitStatus.Open, _component.Fail(Counted()).Circuit);
    }

    [Fact]
    public void Only_a_recovery_reports_recoveries() =>
        Assert.Equal(0, _component.Apply(ComponentInput.OfError(Counted(), CallTicket.Report)).Recovered);

    [Fact]
    public void The_error_rate_is_that_of_the_last_sixty_seconds()
    {
        _component.Fail(Ignored()).At(30).Fail(Ignored()).At(59.9).Fail(Ignored());
        Assert.Equal([3, 2, 1, 0], new[] { 59.99, 60, 90, 119.9 }.Select(at => _component.State.ErrorsPerMinute(TimeSpan.FromSeconds(at))));
    }

    [Fact]
    public void States_can_be_compared()
    {
        var before = _component.State;
        Assert.True(before == _component.Tick().State);
        Assert.False(before == _component.Fail(Ignored()).State);
    }

    [Fact]
    public void A_time_before_the_last_input_is_taken_for_its_time()
    {
        _component.At(10).Tick();
        _component.At(4).Fail(Tripping());
        Assert.Equal(TimeSpan.FromSeconds(10), _component.State.At);
        Assert.Equal(["10: open", "10: unhealthy"], _component.Changes);
    }

    [Fact]
    public void New_settings_keep_everything()
    {
        _component.Fail(Tripping());
        var before = _component.State;
        _component.Settings = new ComponentSettings { Breaker = new BreakerPolicy { OpenDuration = TimeSpan.FromSeconds(1) } };
        _component.Tick();
        Assert.Equal((before.Breaker, before.Health), (_component.State.Breaker, _component.State.Health));
        Assert.Equal((1, 1), (_component.State.Account.Errors, _component.State.ErrorsPerMinute(_component.Now)));
    }
}
