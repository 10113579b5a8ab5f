using Kairos.Hosting;
using static Kairos.ComponentProtocol;

namespace Kairos.Tests.Actors;

public sealed class ComponentReportSpecs : KairosTestKit
{
    [Fact]
    public async Task A_component_that_nobody_reported_on_is_closed_and_healthy()
    {
        var llm = await Settled("llm");

        Assert.Equal((CircuitStatus.Closed, ComponentHealth.Healthy, 0), (llm.Circuit, llm.Health, llm.Sequence));
        Assert.Equal((0, 0, 0, 0), (llm.Errors, llm.Recovered, llm.ErrorsPerMinute, llm.ConsecutiveFailures));
        Assert.Equal(Time.Start, llm.Since);
    }

    [Fact]
    public async Task Errors_show_in_the_snapshot()
    {
        Fail("llm", times: 3);

        var llm = await Settled("llm");

        Assert.Equal((3, 3, 3), (llm.Errors, llm.ErrorsPerMinute, llm.ConsecutiveFailures));
        Assert.Equal(CircuitStatus.Closed, llm.Circuit);
    }

    [Fact]
    public async Task A_success_ends_the_streak_and_no_count()
    {
        Fail("llm", times: 4);
        Succeed("llm");
        Fail("llm", times: 4);

        var llm = await Settled("llm");

        Assert.Equal((8, 4, CircuitStatus.Closed), (llm.Errors, llm.ConsecutiveFailures, llm.Circuit));
    }

    [Fact]
    public async Task The_fifth_failure_in_a_row_opens_the_circuit()
    {
        Fail("llm", times: 5);

        var llm = await Settled("llm");

        Assert.Equal((CircuitStatus.Open, ComponentHealth.Unhealthy, 1), (llm.Circuit, llm.Health, llm.Sequence));
        Assert.Equal(TransitionReason.Failures, llm.Last.Reason);
        Assert.Equal(Time.Start.AddSeconds(30), llm.OpenUntil);
    }

    [Fact]
    public async Task Components_do_not_share_a_fate()
    {
        Fail("llm", times: 5);

        Assert.Equal(CircuitStatus.Closed, (await Settled("memory")).Circuit);
        Assert.Equal(0, (await Settled("tools")).Errors);
    }

    [Fact]
    public async Task A_gate_opens_until_its_retry_after()
    {
        Tell(new ReportError("llm", Error(ErrorCode.RateLimit) with { RetryAfter = TimeSpan.FromSeconds(7) }));

        var llm = await Settled("llm");

        Assert.Equal((CircuitStatus.Open, TransitionReason.RateLimit), (llm.Circuit, llm.Last.Reason));
        Assert.Equal(Time.Start.AddSeconds(7), llm.OpenUntil);
    }

    [Fact]
    public async Task The_duration_of_a_report_counts_for_the_slow_call_rule()
    {
        var slow = ComponentSettings.Default with
        {
            Breaker = new BreakerPolicy { SlowCallRatio = 0.5, SlowCallAfter = TimeSpan.FromSeconds(2), MinimumThroughput = 2 },
        };
        Tell(new Reconfigure("llm", slow));
        Tell(new ReportSuccess("llm") { Duration = TimeSpan.FromSeconds(1) });
        Tell(new ReportSuccess("llm") { Duration = TimeSpan.FromSeconds(2) });

        Assert.Equal(TransitionReason.SlowCalls, (await Settled("llm")).Last.Reason);
    }

    [Fact]
    public async Task Recoveries_never_exceed_the_errors_of_their_kind()
    {
        Fail("llm", times: 3);
        Tell(new ReportRecovery("llm", new ErrorKind(ErrorCode.LlmError, true), 2));
        Tell(new ReportRecovery("llm", new ErrorKind(ErrorCode.LlmError, true), 5));
        Tell(new ReportRecovery("llm", new ErrorKind(ErrorCode.Timeout, true), 5));

        Assert.Equal(3, (await Settled("llm")).Recovered);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_recovery_of_less_than_one_error_cannot_even_be_said(long count)
    {
        var kind = new ErrorKind(ErrorCode.LlmError, true);

        Assert.Throws<ArgumentOutOfRangeException>(() => new ReportRecovery("llm", kind, count));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReportRecovery("llm", kind) with { Count = count });
    }

    [Fact]
    public async Task A_health_verdict_holds_until_the_next_one_and_opens_the_circuit_when_unhealthy()
    {
        Tell(new ReportHealth("memory", ComponentHealth.Degraded));
        Assert.Equal((ComponentHealth.Degraded, CircuitStatus.Closed), ((await Settled("memory")).Health, Kairos["memory"].Snapshot!.Circuit));

        Tell(new ReportHealth("memory", ComponentHealth.Unhealthy));
        Assert.Equal(TransitionReason.Health, (await Settled("memory")).Last.Reason);
    }

    [Fact]
    public async Task The_error_rate_falls_as_time_passes_although_nobody_reports()
    {
        Fail("llm", times: 2);
        await Settled("llm");
        Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(2, Kairos["llm"].Snapshot!.ErrorsPerMinute);

        Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(0, Kairos["llm"].Snapshot!.ErrorsPerMinute);
    }

    [Fact]
    public async Task A_guard_reports_what_messages_report()
    {
        var llm = Kairos["llm"];
        await llm.GetSnapshotAsync(); // it is there: from now on what one sender tells arrives in order
        llm.ReportError(Error());
        llm.ReportRecovery(new ErrorKind(ErrorCode.LlmError, true));
        llm.ReportHealth(ComponentHealth.Degraded, "slow today");
        llm.ReportError(Error());
        llm.ReportSuccess();
        llm.Reset();
        llm.Isolate();

        var snapshot = await llm.GetSnapshotAsync();

        Assert.Equal((2, 1, 0), (snapshot.Errors, snapshot.Recovered, snapshot.ConsecutiveFailures));
        Assert.Equal((ComponentHealth.Unhealthy, true), (snapshot.Health, snapshot.IsIsolated));
    }

    [Fact]
    public async Task Recoveries_without_number_wrap_no_counter()
    {
        Fail("llm");
        for (var i = 0; i < 4; i++) Tell(new ReportRecovery("llm", ErrorKind.Of(Error()), long.MaxValue));

        Assert.Equal((1, 1), ((await Settled("llm")).Errors, Kairos["llm"].Snapshot!.Recovered));
        Assert.Equal(long.MaxValue, ((KairosInstance)Kairos).RefusedFor(RefusalReason.NothingToRecover));
    }
}
