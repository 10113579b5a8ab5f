using Microsoft.Extensions.Time.Testing;
using static Kairos.ComponentEvents;

namespace Kairos.Tests.Calls;

/// <summary>Events for code that is no actor.</summary>
public sealed class WatchSpecs
{
    [Fact]
    public async Task Events_follow_the_current_state_without_a_gap_until_the_component_is_removed()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());
        await using var events = system.Llm.WatchAsync().GetAsyncEnumerator();
        Assert.Equal(0, Assert.IsType<CurrentState>(await NextAsync(events)).Snapshot.Sequence);

        await system.Llm.FailAsync(2);
        system.Llm.Reset();
        await system.SettleAsync();
        system.Kairos.Remove("llm");

        var seen = new List<IComponentEvent>();
        while (await events.MoveNextAsync().AsTask().Soon()) seen.Add(events.Current);
        Assert.Equal([1, 2], seen.OfType<CircuitStateChanged>().Select(changed => changed.Transition.Sequence));
        Assert.Equal(2, seen.OfType<ErrorRecorded>().Count());
        Assert.IsType<ComponentRemoved>(seen[^1]);
    }

    [Fact]
    public async Task A_reader_that_is_too_slow_is_told_how_many_are_missing_and_keeps_the_newest()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());
        await using var events = system.Llm.WatchAsync(capacity: 3).GetAsyncEnumerator();
        Assert.IsType<CurrentState>(await NextAsync(events));

        for (var i = 0; i < 9; i++) system.Llm.ReportError(new KairosError(ErrorCode.LlmError, $"{i}") { Verdict = Verdict.Ignore });
        await system.SettleAsync();

        Assert.Equal(6, Assert.IsType<EventsDropped>(await NextAsync(events)).Count);
        foreach (var message in new[] { "6", "7", "8" }) Assert.Equal(message, Assert.IsType<ErrorRecorded>(await NextAsync(events)).Error.Message);
    }

    [Fact]
    public async Task A_reader_that_has_gone_is_no_subscriber_any_more()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());
        await foreach (var first in system.Llm.WatchAsync())
        {
            Assert.IsType<CurrentState>(first);
            Assert.Single(system.Kairos.HandleOf("llm").Subscribers);
            break;
        }

        await system.SettleAsync();

        Assert.Empty(system.Kairos.HandleOf("llm").Subscribers);
    }

    [Fact]
    public async Task One_that_cancels_ends_and_so_does_everybody_when_the_actor_system_has_ended()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());
        using var caller = new CancellationTokenSource();
        await using var cancelled = system.Llm.WatchAsync(cancellationToken: caller.Token).GetAsyncEnumerator();
        await using var left = system.Kairos["tools/new"].WatchAsync().GetAsyncEnumerator();
        Assert.IsType<CurrentState>(await NextAsync(cancelled));
        Assert.IsType<CurrentState>(await NextAsync(left));

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.MoveNextAsync().AsTask().Soon());
        await system.Actors.Terminate().Soon();

        while (await left.MoveNextAsync().AsTask().Soon()) Assert.IsNotType<EventsDropped>(left.Current);
    }

    [Fact]
    public async Task A_capacity_of_none_is_refused()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());

        Assert.Throws<ArgumentOutOfRangeException>(() => system.Llm.WatchAsync(capacity: 0));
    }

    private static async Task<IComponentEvent> NextAsync(IAsyncEnumerator<IComponentEvent> events)
    {
        Assert.True(await events.MoveNextAsync().AsTask().Soon());
        return events.Current;
    }
}
