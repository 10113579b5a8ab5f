using Akka.Actor;
using static Kairos.ComponentEvents;
using static Kairos.ComponentProtocol;

namespace Kairos.Tests.Actors;

/// <summary>Kairos' own actors, the supervisor and the metrics actor, crash.</summary>
public sealed class KairosActorCrashSpecs : KairosTestKit
{
    [Fact]
    public async Task A_supervisor_that_crashed_still_has_all_its_components()
    {
        Fail("llm", times: 3);
        Fail("tools/search");
        await Kairos.DrainAsync();
        var before = await Task.WhenAll(ActorAt("llm"), ActorAt("tools:search"), ActorAt("metrics"));

        Tell(new Malformed());
        Fail("llm", times: 2);
        Fail("speech");

        Assert.Equal((5, CircuitStatus.Open), ((await Settled("llm")).Errors, Kairos["llm"].Snapshot!.Circuit));
        Assert.Equal(1, Kairos["speech"].Snapshot!.Errors);
        Assert.Equal(before, await Task.WhenAll(ActorAt("llm"), ActorAt("tools:search"), ActorAt("metrics")));
    }

    [Fact]
    public async Task Its_crash_is_logged_and_told_under_the_name_kairos()
    {
        var stream = ListenForRestarts();

        await EventFilter.Exception<InvalidOperationException>(contains: "kairos crashed on Malformed").ExpectOneAsync(() =>
        {
            Tell(new Malformed());
            return Task.CompletedTask;
        });

        Assert.Equal("kairos", (await stream.ExpectMsgAsync<ComponentRestarted>()).Component);
    }

    [Fact]
    public async Task A_metrics_actor_that_crashed_is_logged_and_told_under_the_name_metrics()
    {
        var stream = ListenForRestarts();
        var metrics = await ActorAt("metrics");

        await EventFilter.Exception<NullReferenceException>(contains: "metrics crashed on ErrorRecorded").ExpectOneAsync(() =>
        {
            metrics.Tell(new ErrorRecorded("llm", null!, default), ActorRefs.NoSender);
            return Task.CompletedTask;
        });

        Assert.Equal("metrics", (await stream.ExpectMsgAsync<ComponentRestarted>()).Component);
        Assert.Equal(metrics, await ActorAt("metrics"));
    }

    [Fact]
    public async Task A_report_without_an_error_costs_its_component_nothing_but_itself()
    {
        Fail("llm", times: 2);
        Tell(new ReportError("llm", null!));
        Fail("llm", times: 2);

        Assert.Equal((4, 4), ((await Settled("llm")).Errors, Kairos["llm"].Snapshot!.ConsecutiveFailures));
    }

    [Fact]
    public async Task Messages_that_nobody_understands_disturb_nobody()
    {
        Tell("what?");
        (await ActorAt("llm")).Tell(42, TestActor);
        (await ActorAt("metrics")).Tell(new object(), TestActor);
        Fail("llm");

        Assert.Equal(1, (await Settled("llm")).Errors);
    }

    private Akka.TestKit.TestProbe ListenForRestarts()
    {
        var probe = CreateTestProbe();
        Sys.EventStream.Subscribe(probe.Ref, typeof(ComponentRestarted));
        return probe;
    }

    private sealed record Malformed : IComponentMessage
    {
        public string Component => throw new InvalidOperationException("malformed");
    }
}
