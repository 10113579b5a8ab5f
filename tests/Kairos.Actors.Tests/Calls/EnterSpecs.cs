using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Calls;

/// <summary>Calls that their callers make themselves: what holds for a delegate holds for them.</summary>
public sealed class EnterSpecs
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly FakeTimeProvider _time = new();

    /// <summary>Without limits and with each of them: the ways that a call may take.</summary>
    public static TheoryData<CallPolicy> Ways => new(
        new CallPolicy(),
        new CallPolicy { AttemptTimeout = Limit },
        new CallPolicy { MaxConcurrent = 3 });

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_success_is_counted_once_whatever_is_told_behind_it(CallPolicy policy)
    {
        await using var system = await StartAsync(policy);

        using (var call = await system.Llm.EnterAsync())
        {
            call.Succeeded();
            call.Succeeded();
            call.Failed(new InvalidOperationException());
        }

        await system.SettleAsync();
        Assert.Equal((1, 0, 0, 0), system.Ledger.Totals);
        Assert.Equal(0, system.Llm.Snapshot!.Errors);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_failure_is_taken_into_account_before_its_caller_goes_on_and_is_never_retried(CallPolicy policy)
    {
        await using var system = await StartAsync(policy, attempts: 5);

        for (var i = 0; i < 2; i++)
        {
            using var call = await system.Llm.EnterAsync();
            await call.FailedAsync(new KairosException(Act.Broken));
        }

        Assert.Equal(CircuitStatus.Open, system.Llm.Snapshot!.Circuit);
        Assert.Equal(2, system.Llm.Snapshot.Errors);
        await Assert.ThrowsAsync<CircuitOpenException>(() => system.Llm.EnterAsync().AsTask());
        Assert.Equal((0, 2, 0, 1), system.Ledger.Totals);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task One_of_which_nothing_is_told_is_neutral(CallPolicy policy)
    {
        await using var system = await StartAsync(policy);

        (await system.Llm.EnterAsync()).Dispose();

        await system.SettleAsync();
        Assert.Equal((0, 0, 1, 0), system.Ledger.Totals);
        Assert.Equal(0, system.Llm.Snapshot!.Errors);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task The_callers_own_cancellation_is_neutral(CallPolicy policy)
    {
        await using var system = await StartAsync(policy);
        using var caller = new CancellationTokenSource();

        using var call = await system.Llm.EnterAsync(caller.Token);
        await caller.CancelAsync();
        Assert.True(call.Token.IsCancellationRequested);
        await call.FailedAsync(new OperationCanceledException(call.Token));

        Assert.Equal((0, 0, 1, 0), system.Ledger.Totals);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => system.Llm.EnterAsync(caller.Token).AsTask());
    }

    [Fact]
    public async Task Its_token_ends_with_its_limit_and_that_is_a_timeout()
    {
        await using var system = await StartAsync(new CallPolicy { AttemptTimeout = Limit });

        using var call = await system.Llm.EnterAsync();
        _time.Advance(Limit);
        Assert.True(call.Token.IsCancellationRequested);
        await call.FailedAsync(new OperationCanceledException(call.Token));

        Assert.Equal(1, system.Llm.Snapshot!.ConsecutiveFailures);
        Assert.Equal((0, 1, 0, 0), system.Ledger.Totals);
    }

    [Fact]
    public async Task It_holds_a_place_of_the_concurrency_limit_until_it_ends()
    {
        await using var system = await StartAsync(new CallPolicy { MaxConcurrent = 1 });

        using var first = await system.Llm.EnterAsync();
        var rejected = await Assert.ThrowsAsync<CallRejectedException>(() => system.Llm.EnterAsync().AsTask());
        first.Succeeded();
        using var next = await system.Llm.EnterAsync();

        Assert.Equal(RejectionReason.ConcurrencyLimit, rejected.Rejection);
    }

    [Fact]
    public async Task Half_open_it_holds_a_place_until_it_ends_and_its_successes_close_the_circuit()
    {
        await using var system = await StartAsync(new CallPolicy());
        await system.Llm.FailAsync(2);
        _time.Advance(TimeSpan.FromSeconds(30));

        using (await system.Llm.EnterAsync())
        {
            await Assert.ThrowsAsync<CircuitOpenException>(() => system.Llm.EnterAsync().AsTask());
        }

        for (var i = 0; i < 2; i++)
        {
            await system.SettleAsync();
            using var call = await system.Llm.EnterAsync();
            call.Succeeded();
        }

        Assert.Equal(CircuitStatus.Closed, (await system.SettleAsync()).Circuit);
    }

    [Fact]
    public async Task One_that_never_ends_loses_its_lease()
    {
        await using var system = await StartAsync(new CallPolicy());
        await system.Llm.FailAsync(2);
        _time.Advance(TimeSpan.FromSeconds(30));

        using var call = await system.Llm.EnterAsync();
        await system.SettleAsync();
        _time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(CircuitStatus.Open, (await system.SettleAsync()).Circuit);
    }

    [Fact]
    public async Task The_component_is_created_by_it()
    {
        await using var system = await StartAsync(new CallPolicy());

        using (var call = await system.Kairos["tools/new"].EnterAsync()) call.Succeeded();

        await system.SettleAsync();
        Assert.Equal(1, system.Kairos.HandleOf("tools/new").Ledger.Totals.Success);
    }

    [Fact]
    public async Task Options_that_hold_fallbacks_are_refused()
    {
        await using var system = await StartAsync(new CallPolicy());

        await Assert.ThrowsAsync<ArgumentException>(() => system.Llm.EnterAsync(new GuardedCallOptions<int, int>()).AsTask());
    }

    private Task<GuardedSystem> StartAsync(CallPolicy policy, int attempts = 1) =>
        GuardedSystem.StartAsync(_time, c => c with { Call = policy with { Retry = new RetryPolicy { MaxAttempts = attempts, Budget = 1 } } });
}
