using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Calls;

/// <summary>What is done instead of a call that failed for good.</summary>
public sealed class FallbackSpecs
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Fallbacks_are_tried_in_order_until_one_gives_a_result()
    {
        await using var system = await GuardedSystem.StartAsync(_time);
        var tried = new List<string>();
        var options = Options(
            new((_, _) => { tried.Add("first"); throw new InvalidOperationException("not here"); }),
            new((_, _) => { tried.Add("second"); return new(2); }),
            new((_, _) => { tried.Add("third"); return new(3); }));

        Assert.Equal(2, await system.Llm.ExecuteAsync(ScriptedCall.RunAsync, ScriptedCall.Failing(), options));
        Assert.Equal(["first", "second"], tried);
        var snapshot = await system.SettleAsync();
        Assert.Equal((1, 1), (snapshot.Errors, snapshot.Recovered));
        Assert.Equal(1, snapshot.ConsecutiveFailures); // the component has failed all the same
        Assert.Equal(1, system.Ledger.Failures.Total);
    }

    [Fact]
    public async Task A_degraded_fallback_recovers_nothing()
    {
        await using var system = await GuardedSystem.StartAsync(_time);

        var outcome = await system.Llm.TryExecuteAsync(
            ScriptedCall.RunAsync, ScriptedCall.Failing(), Options(new Fallback<ScriptedCall, int>((_, _) => new(0), IsDegraded: true)));

        Assert.True(outcome is { IsSuccess: true, IsDegraded: true, Value: 0 });
        Assert.Equal((1, 0), ((await system.SettleAsync()).Errors, system.Llm.Snapshot!.Recovered));
    }

    [Fact]
    public async Task A_rejected_call_falls_back()
    {
        await using var system = await GuardedSystem.StartAsync(_time);
        await system.Llm.FailAsync(times: 2);
        var script = new ScriptedCall();

        Assert.Equal(5, await system.Llm.ExecuteAsync(ScriptedCall.RunAsync, script, Options(new Fallback<ScriptedCall, int>((_, _) => new(5)))));
        Assert.Equal((0, 1), (script.Attempts, system.Ledger.Rejected));
        Assert.Equal(0, (await system.SettleAsync()).Recovered);
    }

    [Fact]
    public async Task A_caller_who_cancelled_gets_no_fallback()
    {
        await using var system = await GuardedSystem.StartAsync(_time);
        using var caller = new CancellationTokenSource();
        var options = new GuardedCallOptions<CancellationTokenSource, int> { Fallbacks = [new((_, _) => new(5))] };

        var outcome = await system.Llm.TryExecuteAsync(
            static async (source, token) =>
            {
                await source.CancelAsync();
                token.ThrowIfCancellationRequested();
                return 1;
            },
            caller,
            options,
            caller.Token);

        Assert.Equal(CallStatus.Ignored, outcome.Status);
    }

    [Fact]
    public async Task A_caller_who_cancels_while_a_fallback_fails_is_told_so_and_not_of_the_first_error()
    {
        await using var system = await GuardedSystem.StartAsync(_time);
        using var caller = new CancellationTokenSource();
        var options = Options(new Fallback<ScriptedCall, int>((_, _) =>
        {
            caller.Cancel();
            throw new InvalidOperationException("the connection was closed"); // as many clients say it
        }));

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            system.Llm.ExecuteAsync(ScriptedCall.RunAsync, ScriptedCall.Failing(), options, caller.Token).AsTask());
        Assert.Equal(caller.Token, exception.CancellationToken);
    }

    [Fact]
    public async Task A_caller_who_cancels_while_the_call_fails_gets_no_fallback_either()
    {
        await using var system = await GuardedSystem.StartAsync(_time);
        using var caller = new CancellationTokenSource();
        var options = new GuardedCallOptions<CancellationTokenSource, int> { Fallbacks = [new((_, _) => new(5))] };

        var outcome = await system.Llm.TryExecuteAsync(
            static async (source, token) =>
            {
                await source.CancelAsync();
                return await Act.Fail(Act.Broken, token);
            },
            caller,
            options,
            caller.Token);

        Assert.False(outcome.IsSuccess);
    }

    [Fact]
    public async Task A_caller_who_cancels_while_a_fallback_runs_gets_that_and_not_the_first_error()
    {
        await using var system = await GuardedSystem.StartAsync(_time);
        using var caller = new CancellationTokenSource();
        var options = new GuardedCallOptions<CancellationTokenSource, int>
        {
            Fallbacks =
            [
                new(static async (source, token) =>
                {
                    await source.CancelAsync();
                    token.ThrowIfCancellationRequested();
                    return 5;
                }),
            ],
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await system.Llm.ExecuteAsync(static (_, token) => Act.Fail(Act.Broken, token), caller, options, caller.Token));
    }

    [Fact]
    public async Task Options_for_other_calls_are_refused()
    {
        await using var system = await GuardedSystem.StartAsync(_time);
        var options = new GuardedCallOptions<string, int> { Fallbacks = [new((_, _) => new(5))] };

        var refused = await Assert.ThrowsAsync<ArgumentException>(async () => await system.Llm.ExecuteAsync(Act.Succeed, 1, options));
        Assert.Contains("System.String", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await system.Llm.TryExecuteAsync(Act.Succeed, 1, new StreamOptions<int> { Judge = (_, _) => Act.Broken }));
        Assert.Equal(1, await system.Llm.ExecuteAsync(Act.Succeed, 1, new GuardedCallOptions { Operation = "any" }));
    }

    [Fact]
    public async Task When_all_fail_the_error_is_that_of_the_call_itself()
    {
        await using var system = await GuardedSystem.StartAsync(_time);
        var options = Options(
            new((_, _) => throw new InvalidOperationException("first")), new((_, _) => ValueTask.FromException<int>(new TimeoutException())));

        var outcome = await system.Llm.TryExecuteAsync(ScriptedCall.RunAsync, ScriptedCall.Failing(), options);

        Assert.Equal(CallStatus.Failure, outcome.Status);
        Assert.Same(Act.Broken, outcome.Error);
        await Assert.ThrowsAsync<Kairos.KairosException>(async () =>
            await system.Llm.ExecuteAsync(ScriptedCall.RunAsync, ScriptedCall.Failing(), options));
        Assert.Equal((2, 0), ((await system.SettleAsync()).Errors, system.Llm.Snapshot!.Recovered));
    }

    private static GuardedCallOptions<ScriptedCall, int> Options(params Fallback<ScriptedCall, int>[] fallbacks) => new() { Fallbacks = fallbacks };
}
