using Akka.TestKit;
using Akka.TestKit.Xunit2;

namespace Kairos.Testing.Tests;

/// <summary>A Kairos in a test kit of Akka's.</summary>
public sealed class TestKitSpecs : TestKit
{
    [Fact]
    public async Task It_runs_in_the_system_of_the_kit_with_time_and_metrics_of_its_own()
    {
        var kairos = this.StartKairos(Calls.Strict);
        kairos["llm"].Subscribe(TestActor);
        await ExpectMsgAsync<ComponentEvents.CurrentState>();

        Sys.ActorSelection("/user/kairos").Tell(new ComponentProtocol.ReportError("llm", Calls.Broken));
        Sys.ActorSelection("/user/kairos").Tell(new ComponentProtocol.ReportError("llm", Calls.Broken));

        await kairos["llm"].ShouldOpenAsync();
        Assert.Same(Sys, kairos.System);
        Assert.Equal(2, kairos.Metrics.Total(MetricNames.Errors, component: "llm"));
        await kairos.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(CircuitStatus.HalfOpen, kairos["llm"].Snapshot!.Circuit);
    }

    [Fact]
    public void Code_beats_the_settings_that_are_given_and_those_beat_nothing_of_the_kit()
    {
        var kairos = this.StartKairos("kairos.max-components = 7", options => options.Component("llm", c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 9 } }));

        Assert.Equal((7, 9), (kairos.Settings.MaxComponents, kairos.Settings.For("llm").Breaker.ConsecutiveFailures));
    }

    [Fact]
    public void A_system_has_one_at_most()
    {
        this.StartKairos();

        Assert.Throws<InvalidOperationException>(() => this.StartKairos());
    }
}
