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
}
