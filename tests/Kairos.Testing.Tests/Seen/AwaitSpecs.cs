namespace Kairos.Testing.Tests.Seen;

/// <summary>Awaits say what they waited for, and what they saw instead.</summary>
public sealed class AwaitSpecs
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task A_circuit_that_opens_ends_the_wait_for_it()
    {
        await using var kairos = KairosTest.Start(Calls.Strict);
        var opening = kairos["llm"].ShouldOpenAsync();
        Assert.False(opening.IsCompleted);

        kairos["llm"].ReportError(Calls.Broken);
        kairos["llm"].ReportError(Calls.Broken);

        Assert.Equal(CircuitStatus.Open, (await opening.Soon()).Circuit);
        await kairos["llm"].ShouldOpenAsync(); // it is open
    }

    [Fact]
    public async Task A_circuit_recovers_when_it_closes_again()
    {
        await using var kairos = KairosTest.Start(Calls.Strict);
        await kairos["llm"].ForceHalfOpenAsync();
        var recovery = kairos["llm"].ShouldRecoverAsync();

        await kairos["llm"].SucceedAsync();
        Assert.False(recovery.IsCompleted);
        await kairos["llm"].SucceedAsync();

        Assert.Equal(TransitionReason.Successes, (await recovery.Soon()).Last.Reason);
        await kairos["llm"].ShouldRecoverAsync();
        await kairos.AdvanceAsync(TimeSpan.FromSeconds(10));
        await kairos["llm"].ShouldBeHealthyAsync();
    }

    [Fact]
    public async Task A_circuit_that_was_never_open_has_not_recovered()
    {
        await using var kairos = KairosTest.Start(Calls.Once);

        var failure = await Assert.ThrowsAsync<KairosTestException>(() => kairos["llm"].ShouldRecoverAsync(Short));

        Assert.StartsWith("Expected the circuit of 'llm' to close again within 0.05 s of real time, but that has not happened.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_opened_and_gone_on_before_anybody_looked_has_opened()
    {
        await using var kairos = KairosTest.Start(Calls.Once);
        var opening = kairos["llm"].ShouldOpenAsync();

        await kairos["llm"].ForceHalfOpenAsync();

        await opening.Soon();
    }

    [Fact]
    public async Task A_wait_that_fails_says_what_was_seen_instead()
    {
        await using var kairos = KairosTest.Start(Calls.Strict);
        await kairos["llm"].ForceOpenAsync(TimeSpan.FromSeconds(7));
        await kairos["llm"].ForceClosedAsync();
        await kairos["llm"].FailAsync(new KairosError(ErrorCode.Timeout, "no answer"));

        var failure = await Assert.ThrowsAsync<KairosTestException>(() => kairos["llm"].ShouldOpenAsync(Short));

        Assert.Equal(
            """
            Expected the circuit of 'llm' to open within 0.05 s of real time, but that has not happened.
            Now: 'llm' is unhealthy, its circuit closed (manual) since 2000-01-01 00:00:00Z: 1 errors, 0 recovered, 1 in the last minute.
            Last transitions:
              #1 closed -> open (rate_limit) at 2000-01-01T00:00:00.0000000+00:00
              #2 open -> closed (manual) at 2000-01-01T00:00:00.0000000+00:00
            Last errors:
              timeout, count: no answer
            Time is virtual and stands at 2000-01-01T00:00:00.0000000+00:00. Nobody moves it while this waits: call AdvanceAsync() where it must pass.
            """.ReplaceLineEndings(),
            failure.Message.ReplaceLineEndings());
    }

    [Fact]
    public async Task A_component_that_there_is_not_is_told_with_those_that_there_are()
    {
        await using var kairos = KairosTest.Start(Calls.Once);

        var failure = await Assert.ThrowsAsync<KairosTestException>(() => kairos["lmm"].ShouldBeHealthyAsync(Short));

        Assert.Contains("There is no component 'lmm'; there are llm, memory, tools.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expected_error_is_returned_also_one_from_before_and_each_once()
    {
        await using var kairos = KairosTest.Start(Calls.Once);
        await kairos["llm"].FailAsync(new KairosError(ErrorCode.Timeout, "first"));
        await kairos["llm"].FailAsync();

        Assert.Equal("first", (await kairos["llm"].ExpectErrorAsync(ErrorCode.Timeout)).Message);
        var second = kairos["llm"].ExpectErrorAsync(ErrorCode.Timeout);
        Assert.False(second.IsCompleted);
        await kairos["llm"].FailAsync(new KairosError(ErrorCode.Timeout, "second"));
        Assert.Equal("second", (await second.Soon()).Message);
        var failure = await Assert.ThrowsAsync<KairosTestException>(() => kairos["llm"].ExpectErrorAsync(ErrorCode.RateLimit, Short));
        Assert.Contains("Expected an error rate_limit of 'llm'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task How_long_they_wait_is_a_setting()
    {
        await using var kairos = KairosTest.Start(Calls.Once);
        kairos.Timeout = Short;

        await Assert.ThrowsAsync<KairosTestException>(() => kairos["llm"].ShouldOpenAsync());
        Assert.Throws<ArgumentOutOfRangeException>(() => kairos.Timeout = TimeSpan.Zero);
    }
}
