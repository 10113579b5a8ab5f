namespace Kairos.Testing.Tests;

/// <summary>States of a circuit without anything that provokes them; what an application sees of them is real.</summary>
public sealed class ForceSpecs
{
    [Fact]
    public async Task A_call_is_rejected_with_the_reason_and_the_wait_that_were_asked_for_and_let_through_when_that_has_passed()
    {
        await using var kairos = KairosTest.Start();
        await kairos["llm"].ForceOpenAsync(retryAfter: TimeSpan.FromSeconds(42));
        await kairos.AdvanceAsync(TimeSpan.FromSeconds(2));

        var rejection = await Assert.ThrowsAsync<CircuitOpenException>(() => kairos["llm"].SucceedAsync().AsTask());

        Assert.Equal((CircuitStatus.Open, TransitionReason.RateLimit, TimeSpan.FromSeconds(40)), (rejection.State, rejection.Reason, rejection.RetryAfter));
        Assert.Equal(1, kairos.Metrics.Total(MetricNames.Calls, component: "llm", ("outcome", "rejected")));
        Assert.Equal(0, kairos.Metrics.Total(MetricNames.Errors, component: "llm")); // nothing was provoked
        await kairos.AdvanceAsync(TimeSpan.FromSeconds(40));
        await kairos["llm"].ShouldHalfOpenAsync();
        Assert.Equal(1, await kairos["llm"].SucceedAsync());
        Assert.Equal(1, await kairos["llm"].SucceedAsync());
        await kairos["llm"].ShouldRecoverAsync();
    }

    [Theory]
    [InlineData(null, TransitionReason.Failures)]
    [InlineData(ErrorCode.RateLimit, TransitionReason.Quota)]
    [InlineData(ErrorCode.Unauthorized, TransitionReason.Unauthorized)]
    [InlineData(ErrorCode.NotFound, TransitionReason.NotFound)]
    public async Task Without_a_wait_it_is_open_for_as_long_as_is_set_over_what_is_asked_for(ErrorCode? code, TransitionReason reason)
    {
        await using var kairos = KairosTest.Start("kairos.defaults.breaker.open-duration = 90s");

        var snapshot = await kairos["llm"].ForceOpenAsync(code: code);

        Assert.Equal((reason, kairos.Time.GetUtcNow() + TimeSpan.FromSeconds(90)), (snapshot.Last.Reason, snapshot.OpenUntil));
    }

    [Fact]
    public async Task A_circuit_that_is_open_is_open_for_the_new_time_also_where_it_was_isolated()
    {
        await using var kairos = KairosTest.Start();
        await kairos["llm"].ForceOpenAsync(TimeSpan.FromHours(1));
        await kairos["memory"].ForceIsolatedAsync();

        var llm = await kairos["llm"].ForceOpenAsync(TimeSpan.FromSeconds(1));
        var memory = await kairos["memory"].ForceOpenAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(kairos.Time.GetUtcNow() + TimeSpan.FromSeconds(1), llm.OpenUntil);
        Assert.Equal(llm.OpenUntil, memory.OpenUntil);
    }

    [Fact]
    public async Task Half_open_lets_one_probe_call_through()
    {
        await using var kairos = KairosTest.Start();
        await kairos["llm"].ForceHalfOpenAsync();
        var held = new TaskCompletionSource<int>();
        var probe = kairos["llm"].ExecuteAsync(_ => new ValueTask<int>(held.Task)).AsTask();

        await Assert.ThrowsAsync<CircuitOpenException>(() => kairos["llm"].SucceedAsync().AsTask());
        held.SetResult(7);

        Assert.Equal(7, await probe.Soon());
    }

    [Fact]
    public async Task An_isolated_component_has_no_wait_to_tell_and_closes_by_hand_alone()
    {
        await using var kairos = KairosTest.Start();
        await kairos["llm"].ForceIsolatedAsync();
        await kairos.AdvanceAsync(TimeSpan.FromDays(3));

        Assert.Null((await Assert.ThrowsAsync<CircuitOpenException>(() => kairos["llm"].SucceedAsync().AsTask())).RetryAfter);
        await kairos["llm"].ForceClosedAsync();
        Assert.Equal(1, await kairos["llm"].SucceedAsync());
    }

    [Fact]
    public async Task Health_can_be_bad_with_a_circuit_that_is_closed()
    {
        await using var kairos = KairosTest.Start();

        var snapshot = await kairos["memory"].ForceHealthAsync(ComponentHealth.Degraded);

        Assert.Equal((ComponentHealth.Degraded, CircuitStatus.Closed), (snapshot.Health, snapshot.Circuit));
        await kairos["memory"].ForceHealthAsync(ComponentHealth.Healthy);
        await kairos.AdvanceAsync(TimeSpan.FromSeconds(10));
        await kairos["memory"].ShouldBeHealthyAsync();
    }

    [Fact]
    public async Task A_component_that_there_is_not_yet_is_made()
    {
        await using var kairos = KairosTest.Start();

        Assert.Equal(CircuitStatus.Open, (await kairos["tools/search"].ForceOpenAsync()).Circuit);
        Assert.Equal(CircuitStatus.HalfOpen, (await kairos["tools/clock"].ForceHalfOpenAsync()).Circuit);
    }

    [Fact]
    public async Task It_works_by_the_system_clock_too()
    {
        await using var kairos = KairosTest.Start(options => options.TimeProvider = TimeProvider.System);

        await kairos["llm"].ForceHalfOpenAsync();
        await kairos["llm"].ForceOpenAsync(TimeSpan.FromHours(1));
        await kairos["llm"].ForceClosedAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(25)]
    public async Task A_wait_that_no_circuit_could_have_is_refused(int hours)
    {
        await using var kairos = KairosTest.Start();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => kairos["llm"].ForceOpenAsync(TimeSpan.FromHours(hours)));
    }
}
