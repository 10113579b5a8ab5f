using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Calls;

/// <summary>What a call has ended in is its caller's, once.</summary>
public sealed class OutcomeValueTaskSourceSpecs
{
    [Fact]
    public async Task Who_awaits_a_call_twice_is_told_so_and_takes_nothing_from_others()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());
        string[] names = ["llm", "memory"];
        foreach (var name in names) system.Kairos[name].Isolate();
        await system.SettleAsync();

        var twice = Reject("llm");
        await Assert.ThrowsAsync<CircuitOpenException>(async () => await twice);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await twice);
        Assert.Throws<InvalidOperationException>(() => twice.GetAwaiter().GetResult()); // without looking first whether it has ended

        var calls = names.Select(Reject).ToArray();
        for (var i = 0; i < names.Length; i++)
            Assert.Equal(names[i], (await Assert.ThrowsAsync<CircuitOpenException>(async () => await calls[i])).Component);

        ValueTask<OutcomeValueTaskSourceSpecs> Reject(string name) =>
            system.Kairos[name].ExecuteAsync(static (OutcomeValueTaskSourceSpecs state, CancellationToken _) => new ValueTask<OutcomeValueTaskSourceSpecs>(state), this);
    }

    [Fact]
    public async Task Who_hears_of_the_end_at_once_and_calls_again_gets_the_end_of_the_new_call()
    {
        var (refused, failing) = (new TaskCompletionSource<CallOutcome<Own>>(), new TaskCompletionSource<CallOutcome<Own>>());

        var calls = await Task.Run(() => // where continuations run at once
        {
            var calls = CallTwiceAsync(refused.Task, failing.Task);
            refused.SetException(new ComponentRefusedException("llm", RefusalReason.MaxComponents)); // goes on within, to where the second call is awaited
            failing.SetResult(CallOutcome<Own>.Failed(Act.Broken, new IOException("down")));
            return Task.FromResult(calls);
        });

        Assert.Equal("down", (await Assert.ThrowsAsync<IOException>(() => calls.Soon())).Message);
    }

    private static async Task CallTwiceAsync(Task<CallOutcome<Own>> refused, Task<CallOutcome<Own>> failing)
    {
        try
        {
            await OutcomeValueTaskSource<Own>.Of(new ValueTask<CallOutcome<Own>>(refused));
        }
        catch (ComponentRefusedException)
        {
            await OutcomeValueTaskSource<Own>.Of(new ValueTask<CallOutcome<Own>>(failing));
        }
    }

    /// <summary>A type that nobody else's calls have, so that each source is used again at once.</summary>
    private sealed class Own;
}
