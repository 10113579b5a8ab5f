using Kairos;
using KairosAgent.Faults;
using KairosAgent.Settings;
using Microsoft.Extensions.Time.Testing;

namespace KairosAgent.Tests.Faults;

public sealed class FaultSourceTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task An_error_has_the_code_and_the_retry_after_that_are_asked_for()
    {
        var faults = Source("llm", new Fault { ErrorRate = 1, Code = ErrorCode.RateLimit, RetryAfter = TimeSpan.FromSeconds(7) });

        var failure = await Assert.ThrowsAsync<KairosException>(() => faults.StrikeAsync(default));

        Assert.Equal((ErrorCode.RateLimit, TimeSpan.FromSeconds(7)), (failure.Error.Code, failure.Error.RetryAfter));
    }

    [Theory]
    [InlineData("llm/fast", ErrorCode.LlmError)]
    [InlineData("memory", ErrorCode.MemoryError)]
    [InlineData("tools/clock", ErrorCode.ToolFailure)]
    [InlineData("other", ErrorCode.InternalError)]
    public async Task Without_a_code_it_is_what_is_usual_for_the_component(string component, ErrorCode code) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<KairosException>(() => Source(component, new Fault { ErrorRate = 1 }).StrikeAsync(default))).Error.Code);

    [Fact]
    public async Task A_rate_of_nothing_never_strikes()
    {
        var faults = Source("llm", new Fault());
        for (var call = 0; call < 1000; call++) await faults.StrikeAsync(default);
    }

    [Fact]
    public async Task Latency_passes_before_the_call_goes_on()
    {
        var faults = Source("llm", new Fault { MinLatency = TimeSpan.FromSeconds(2), MaxLatency = TimeSpan.FromSeconds(3) });

        var strike = faults.StrikeAsync(default);
        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(strike.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1.1));

        await strike;
    }

    [Fact]
    public async Task A_call_that_is_held_up_can_be_cancelled()
    {
        using var cancellationToken = new CancellationTokenSource();
        var strike = Source("llm", new Fault { MinLatency = TimeSpan.FromHours(1), MaxLatency = TimeSpan.FromHours(1) }).StrikeAsync(cancellationToken.Token);

        await cancellationToken.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => strike);
    }

    [Fact]
    public async Task A_seed_fixes_which_calls_fail_whatever_the_latency_and_differently_for_each_component()
    {
        var half = new Fault { ErrorRate = 0.5 };
        var first = await OutcomesAsync(Source("llm", half));
        var second = await OutcomesAsync(Source("llm", half with { MaxLatency = TimeSpan.FromTicks(1) }));
        var other = await OutcomesAsync(Source("memory", half));

        Assert.InRange(first.Count(failed => failed), 60, 140);
        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
    }

    private FaultSource Source(string component, Fault fault) => new(component, fault, seed: 42, _time);

    private async Task<IReadOnlyList<bool>> OutcomesAsync(FaultSource faults)
    {
        var outcomes = new List<bool>();
        for (var call = 0; call < 200; call++)
        {
            var strike = faults.StrikeAsync(default);
            _time.Advance(TimeSpan.FromMilliseconds(1));
            outcomes.Add(await Record.ExceptionAsync(() => strike) is not null);
        }

        return outcomes;
    }
}
