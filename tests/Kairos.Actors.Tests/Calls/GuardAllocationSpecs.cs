using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Calls;

/// <summary>What costs no garbage.</summary>
[Collection(Alone.Name)]
public sealed class GuardAllocationSpecs
{
    private const int Calls = 10_000;
    private readonly TimerlessTimeProvider _time = new();

    [Fact]
    public async Task A_call_through_a_closed_circuit_allocates_nothing()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());
        await system.Llm.SucceedAsync();

        Assert.Equal(0, BytesOf(() => AssertDone(system.Llm.ExecuteAsync(Act.Succeed, 1))));
        Assert.Equal(0, BytesOf(() => AssertDone(system.Llm.ExecuteAsync(Act.Succeed, 1, GuardedCallOptions.Default))));
        Assert.Equal(0, BytesOf(() => AssertSuccess(system.Llm.TryExecuteAsync(Act.Succeed, 1))));
    }

    [Fact]
    public async Task An_element_of_a_stream_that_is_there_allocates_nothing()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());
        await system.Llm.SucceedAsync();
        await using var elements = system.Llm.ExecuteStreamAsync(static (_, _) => Endless(), 1).GetAsyncEnumerator();
        await elements.MoveNextAsync();

        Assert.Equal(0, BytesOf(() => AssertNext(elements.MoveNextAsync())));
    }

    [Fact]
    public async Task A_guard_that_is_made_for_one_call_costs_itself_and_no_more()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());

        var guards = BytesOf(() => GC.KeepAlive(system.Kairos["llm"]));

        Assert.Equal(guards, BytesOf(() => AssertDone(system.Kairos["llm"].ExecuteAsync(Act.Succeed, 1))));
    }

    [Fact]
    public async Task A_rejection_neither_throws_nor_allocates()
    {
        await using var system = await GuardedSystem.StartAsync(_time);
        await system.Llm.FailAsync(times: 2);

        Assert.Equal(0, BytesOf(() => AssertRejected(system.Llm)));
        Assert.Equal(0, system.Ledger.Successes.Total);
    }

    [Fact]
    public async Task A_rejection_while_all_probe_calls_are_out_allocates_nothing_either()
    {
        await using var system = await GuardedSystem.StartAsync(_time);
        await system.Llm.FailAsync(times: 2);
        _time.Advance(TimeSpan.FromSeconds(30));
        var (held, ends) = await HeldCall.BeginAsync(system.Llm);

        Assert.Equal(0, BytesOf(() => AssertRejected(system.Llm)));
        held.Succeed();
        await ends.Soon();
    }

    private static void AssertRejected(ComponentGuard guard)
    {
        var pending = guard.TryExecuteAsync(Act.Succeed, 1);
        if (pending.IsCompletedSuccessfully && pending.Result.Status == CallStatus.Rejected) return;
        Assert.Fail("a rejection is known at once");
    }

    private static async IAsyncEnumerable<int> Endless()
    {
        await Task.CompletedTask;
        while (true) yield return 1;
    }

    private static void AssertNext(ValueTask<bool> pending)
    {
        if (pending.IsCompletedSuccessfully && pending.Result) return;
        Assert.Fail("nothing has to be waited for");
    }

    private static void AssertSuccess(ValueTask<CallOutcome<int>> pending)
    {
        if (pending.IsCompletedSuccessfully && pending.Result.IsSuccess) return;
        Assert.Fail("nothing has to be waited for");
    }

    private static void AssertDone(ValueTask<int> pending)
    {
        if (pending.IsCompletedSuccessfully && pending.Result == 1) return;
        Assert.Fail("nothing has to be waited for");
    }

    /// <summary>What the current thread allocates, after the code has been compiled.</summary>
    private static long BytesOf(Action call)
    {
        for (var i = 0; i < Calls; i++) call();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Calls; i++) call();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
