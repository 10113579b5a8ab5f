using System.Globalization;

namespace Kairos.Testing.Tests.Injection;

/// <summary>What is asked for, and what comes of it.</summary>
public sealed class FaultsTests : IDisposable
{
    private readonly VirtualTime _time = new();

    [Fact]
    public void They_are_values()
    {
        var one = Faults.ErrorRate(0.2, ErrorCode.RateLimit);

        Assert.NotEqual(one, one.Seed(1));
        Assert.Equal(one.Seed(1), Faults.ErrorRate(0.2, ErrorCode.RateLimit).Seed(1));
        Assert.Equal("error-rate 0.2, code rate_limit", one.ToString());
        Assert.Equal(("none", "none"), (Faults.None.ToString(), Faults.ErrorRate(0).ToString()));
        Assert.Equal("latency 2s", Faults.None.Latency(TimeSpan.FromSeconds(2)).ToString());
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("-0.1")]
    [InlineData("NaN")]
    public void A_share_is_from_0_to_1(string share) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Faults.ErrorRate(double.Parse(share, CultureInfo.InvariantCulture)));

    [Fact]
    public void Waits_are_from_nothing_to_an_hour()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Faults.None.Latency(TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Faults.None.Latency(TimeSpan.FromHours(1) + TimeSpan.FromTicks(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Faults.None.Latency(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Faults.None.RetryAfter(TimeSpan.FromHours(2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Faults.ErrorRate(1, (ErrorCode)99));
    }

    [Theory]
    [InlineData("llm/fast", ErrorCode.LlmError)]
    [InlineData("memory", ErrorCode.MemoryError)]
    [InlineData("tools/clock", ErrorCode.ToolFailure)]
    [InlineData("other", ErrorCode.InternalError)]
    public async Task Without_a_code_it_is_what_is_usual_for_the_component(string component, ErrorCode code)
    {
        var source = new FaultSource(Faults.ErrorRate(1));

        Assert.Equal(code, (await Assert.ThrowsAsync<KairosException>(() => source.StrikeAsync(component, _time, default).AsTask())).Error.Code);
    }

    [Fact]
    public async Task A_rate_of_nothing_never_strikes()
    {
        var source = new FaultSource(Faults.ErrorRate(0));
        for (var call = 0; call < 1000; call++) await source.StrikeAsync("llm", _time, default);
    }

    [Fact]
    public async Task A_call_that_is_held_up_can_be_cancelled()
    {
        using var end = new CancellationTokenSource();
        var strike = new FaultSource(Faults.None.Latency(TimeSpan.FromHours(1))).StrikeAsync("llm", _time, end.Token).AsTask();

        await end.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => strike.Soon());
    }

    [Fact]
    public async Task A_seed_fixes_which_calls_fail_whatever_the_latency_and_others_and_differently_for_each_component()
    {
        var half = new FaultSource(Faults.ErrorRate(0.5).Seed(42));
        var first = await OutcomesAsync(half, "llm");
        var other = await OutcomesAsync(half, "memory"); // of the same source
        var second = await OutcomesAsync(new FaultSource(Faults.ErrorRate(0.5).Latency(TimeSpan.Zero, TimeSpan.FromTicks(1)).Seed(42)), "llm");
        var seeded = await OutcomesAsync(new FaultSource(Faults.ErrorRate(0.5).Seed(43)), "llm");

        Assert.InRange(first.Count(failed => failed), 60, 140);
        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
        Assert.NotEqual(first, seeded);
    }

    public void Dispose() => _time.Dispose();

    private async Task<IReadOnlyList<bool>> OutcomesAsync(FaultSource source, string component)
    {
        var outcomes = new List<bool>();
        for (var call = 0; call < 200; call++)
        {
            var strike = source.StrikeAsync(component, _time, default).AsTask();
            _time.MoveTo(_time.Now + TimeSpan.FromMilliseconds(1));
            outcomes.Add(await Record.ExceptionAsync(() => strike) is not null);
        }

        return outcomes;
    }
}
