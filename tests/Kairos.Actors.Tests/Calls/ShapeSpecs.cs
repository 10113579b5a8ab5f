using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Calls;

/// <summary>Every way to write a guarded call compiles, is guarded, and gives back what the call gives.</summary>
public sealed class ShapeSpecs
{
    private static readonly GuardedCallOptions Options = new() { Operation = "shape" };

    /// <summary>Delegates that return a <see cref="Task"/>, as most of .NET's methods do.</summary>
    [Fact]
    public async Task Calls_that_return_a_task_are_guarded_without_a_word_more()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());
        var llm = system.Llm;

        Assert.Equal("x", await llm.ExecuteAsync(token => GetAsync("x", token)));
        Assert.Equal("x", await llm.ExecuteAsync(token => GetAsync("x", token), Options));
        Assert.Equal("x", await llm.ExecuteAsync(GetAsync, "x"));
        Assert.Equal("x", await llm.ExecuteAsync(GetAsync, "x", Options));
        Assert.Equal("x", await llm.ExecuteAsync(async token => await GetAsync("x", token)));
        await llm.ExecuteAsync(token => Task.Delay(0, token));
        await llm.ExecuteAsync(token => Task.Delay(0, token), Options);
        await llm.ExecuteAsync(Task.Delay, 0);
        await llm.ExecuteAsync(Task.Delay, 0, Options);
        await llm.ExecuteAsync(async token => await Task.Delay(0, token));

        Assert.Equal(10, system.Ledger.Totals.Success);
    }

    [Fact]
    public async Task Calls_that_return_a_value_task_take_options_in_every_shape()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());
        var llm = system.Llm;

        Assert.Equal(1, await llm.ExecuteAsync(static _ => ValueTask.FromResult(1), Options));
        await llm.ExecuteAsync(static (_, _) => ValueTask.CompletedTask, "state", Options);
        await llm.ExecuteAsync(static _ => ValueTask.CompletedTask, Options);
        Assert.Equal(1, (await llm.TryExecuteAsync(static _ => ValueTask.FromResult(1), Options)).Value);
        Assert.True((await llm.TryExecuteAsync(static (_, _) => ValueTask.CompletedTask, "state", Options)).IsSuccess);
        Assert.True((await llm.TryExecuteAsync(static _ => ValueTask.CompletedTask, Options)).IsSuccess);

        Assert.Equal(6, system.Ledger.Totals.Success);
    }

    [Fact]
    public async Task A_stream_needs_no_state()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());

        var elements = await system.Llm.ExecuteStreamAsync(static _ => AsyncEnumerable.Range(1, 3)).ToListAsync();

        Assert.Equal([1, 2, 3], elements);
        Assert.Equal(1, system.Ledger.Totals.Success);
    }

    [Fact]
    public async Task What_a_task_fails_with_is_what_its_caller_gets_and_the_component_is_blamed()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());
        var failure = new InvalidOperationException("broken");

        Assert.Same(failure, await Assert.ThrowsAsync<InvalidOperationException>(() => system.Llm.ExecuteAsync(_ => Task.FromException<int>(failure)).AsTask()));
        Assert.Same(failure, await Assert.ThrowsAsync<InvalidOperationException>(() => system.Llm.ExecuteAsync(_ => Task.FromException(failure)).AsTask()));

        Assert.Equal(CircuitStatus.Open, system.Llm.Snapshot!.Circuit);
    }

    private static Task<string> GetAsync(string text, CancellationToken cancellationToken) => Task.FromResult(text);
}
