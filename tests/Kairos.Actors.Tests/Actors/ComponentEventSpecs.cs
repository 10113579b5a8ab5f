using System.Diagnostics;
using Akka.TestKit;
using static Kairos.ComponentEvents;
using static Kairos.ComponentProtocol;

namespace Kairos.Tests.Actors;

public sealed class ComponentEventSpecs : KairosTestKit
{
    [Fact]
    public async Task Events_are_told_in_the_order_in_which_they_happened()
    {
        Tell(new Subscribe("llm", TestActor));
        Fail("llm", times: 5);
        Tell(new ReportRecovery("llm", new ErrorKind(ErrorCode.LlmError, true), 3));

        await ExpectMsgAsync<CurrentState>();
        for (var i = 0; i < 5; i++) await ExpectMsgAsync<ErrorRecorded>();
        Assert.Equal(CircuitStatus.Open, (await ExpectMsgAsync<CircuitStateChanged>()).Transition.To);
        Assert.Equal(ComponentHealth.Unhealthy, (await ExpectMsgAsync<HealthStatusChanged>()).Change.To);
        Assert.Equal(3, (await ExpectMsgAsync<ErrorsRecovered>()).Count);
    }

    [Fact]
    public async Task The_event_stream_carries_the_same_events()
    {
        var stream = await ListenToEventStream();
        Fail("speech", times: 5);

        var events = new List<IComponentEvent>();
        while (events is not [.., HealthStatusChanged]) events.Add(await stream.ExpectMsgAsync<IComponentEvent>());

        Assert.Equal(
            [nameof(CurrentState), .. Enumerable.Repeat(nameof(ErrorRecorded), 5), nameof(CircuitStateChanged), nameof(HealthStatusChanged)],
            events.Select(told => told.GetType().Name));
        Assert.All(events, told => Assert.Equal("speech", told.Component));
    }

    [Fact]
    public async Task A_new_component_announces_itself_as_event_0()
    {
        var stream = await ListenToEventStream();

        Succeed("speech");

        var first = await stream.ExpectMsgAsync<CurrentState>();
        Assert.Equal(("speech", 0L, CircuitStatus.Closed), (first.Component, first.Snapshot.Sequence, first.Snapshot.Circuit));
        Assert.Equal(TransitionReason.Initial, first.Snapshot.Last.Reason);
    }

    [Fact]
    public async Task Transitions_are_numbered_without_a_gap_from_the_current_state_on()
    {
        Fail("llm", times: 5);
        await Settled("llm");
        Tell(new Subscribe("llm", TestActor));
        for (var round = 0; round < 10; round++)
        {
            Tell(new Reset("llm"));
            Tell(new Isolate("llm"));
        }

        var last = (await ExpectMsgAsync<CurrentState>()).Snapshot.Sequence;
        Assert.Equal(1, last);
        while (last < 21)
        {
            if (await ExpectMsgAsync<IComponentEvent>() is CircuitStateChanged changed) Assert.Equal(++last, changed.Transition.Sequence);
        }

        Assert.Equal(21, (await Settled("llm")).Sequence);
    }

    [Fact]
    public async Task A_transition_begins_where_the_one_before_ended()
    {
        Tell(new Subscribe("llm", TestActor));
        Fail("llm", times: 5);
        await Settled("llm");
        Time.Advance(TimeSpan.FromSeconds(30));
        await FishForMessageAsync<CircuitStateChanged>(changed => changed.Transition.To == CircuitStatus.HalfOpen);
        Succeed("llm", times: 2);

        var closed = await FishForMessageAsync<CircuitStateChanged>(_ => true);
        Assert.Equal((CircuitStatus.HalfOpen, CircuitStatus.Closed), (closed.Transition.From, closed.Transition.To));
        Assert.Equal((TransitionReason.Successes, 3), (closed.Transition.Reason, closed.Transition.Sequence));
        Assert.Equal(Time.Start.AddSeconds(30), closed.At);
    }

    [Fact]
    public async Task An_error_is_told_with_the_span_in_which_it_happened()
    {
        var trace = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        var error = Error() with { Cause = new TimeoutException() };
        Tell(new Subscribe("llm", TestActor));

        Tell(new ReportError("llm", error) { Trace = trace });

        await ExpectMsgAsync<CurrentState>();
        var recorded = await ExpectMsgAsync<ErrorRecorded>();
        Assert.Equal((error, trace), (recorded.Error, recorded.Trace));
    }

    [Fact]
    public async Task A_guard_passes_the_current_span_on()
    {
        using var source = new ActivitySource(nameof(ComponentEventSpecs));
        using var listener = new ActivityListener
        {
            ShouldListenTo = heard => heard == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        Kairos["llm"].Subscribe(TestActor);
        await ExpectMsgAsync<CurrentState>();

        using var span = source.StartActivity("call");
        Kairos["llm"].ReportError(Error());

        Assert.Equal(span!.Context, (await ExpectMsgAsync<ErrorRecorded>()).Trace);
    }

    private async Task<TestProbe> ListenToEventStream()
    {
        await Kairos.DrainAsync(); // the configured components have announced themselves
        var probe = CreateTestProbe();
        Sys.EventStream.Subscribe(probe.Ref, typeof(IComponentEvent));
        return probe;
    }
}
