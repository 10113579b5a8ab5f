using Akka.Actor;
using Kairos.Tests.Calls;

namespace Kairos.Tests.Actors.Workers;

/// <summary>A component's own actor: asked under the guard, brought back after a crash.</summary>
public sealed class WorkerSpecs
{
    private readonly WorkerUnderTest _worker = new();

    [Fact]
    public async Task It_is_asked_under_the_guard()
    {
        await using var system = await _worker.StartAsync();

        Assert.Equal("hello 1", await system.Llm.AskAsync<string>("hello").AsTask().Soon());
        Assert.Equal("hello 2", await system.Llm.AskAsync<string>("hello").AsTask().Soon());
        Assert.Equal(2, system.Ledger.Successes.Total);
    }

    [Fact]
    public async Task A_crash_is_an_internal_error_of_the_component_and_what_is_sent_meanwhile_waits()
    {
        await using var system = await _worker.StartAsync();
        await system.Llm.FailAsync();
        var wait = await _worker.CrashAsync(system);
        var snapshot = await system.SettleAsync();
        Assert.Equal((2, 2, CircuitStatus.Closed), (snapshot.Errors, snapshot.ConsecutiveFailures, snapshot.Circuit));
        Assert.Equal(ComponentHealth.Unhealthy, snapshot.Health);
        Assert.Contains(system.Kairos.MetricsOf("llm").Errors, series => series.Measure().Tags.ToArray()
            .Contains(new(MetricNames.ErrorCode, "internal_error")));

        var waiting = system.Llm.AskAsync<string>("still there?").AsTask();
        await system.SettleAsync();
        Assert.False(waiting.IsCompleted);
        _worker.Time.Advance(wait);

        Assert.Equal("still there? 1", await waiting.Soon()); // a new one, which counts from the beginning
        await system.SettleAsync();
        Assert.Equal(1, system.Kairos.MetricsOf("llm").Restarts?.Measure().Value);
        Assert.Equal(2, (await system.SettleAsync()).Errors);
        _worker.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(ComponentHealth.Healthy, (await system.SettleAsync()).Health);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Its_holder_is_made_again_when_somebody_stops_or_kills_it(bool kill)
    {
        await using var system = await _worker.StartAsync();
        Assert.Equal("hello 1", await system.Llm.AskAsync<string>("hello").AsTask().Soon());
        var holder = await system.Actors.ActorSelection("/user/kairos/llm/_worker").ResolveOne(TimeSpan.FromSeconds(30));
        if (kill) holder.Tell(Kill.Instance);
        else await holder.GracefulStop(TimeSpan.FromSeconds(30)).Soon();
        while (true)
        {
            try
            {
                Assert.StartsWith("hello", await system.Llm.AskAsync<string>("hello").AsTask().Soon(), StringComparison.Ordinal);
                return;
            }
            catch (Exception exception) when (exception is InvalidOperationException or WorkerUnavailableException)
            {
                await Task.Yield(); // it is being made
            }
        }
    }

    [Fact]
    public async Task A_component_is_well_again_although_its_worker_was_down_when_somebody_stopped_its_holder()
    {
        await using var system = await _worker.StartAsync(c => c with { Health = c.Health with { Hold = TimeSpan.Zero } });
        await _worker.CrashAsync(system);
        Assert.Equal(ComponentHealth.Unhealthy, (await system.SettleAsync()).Health);
        var holder = await system.Actors.ActorSelection("/user/kairos/llm/_worker").ResolveOne(TimeSpan.FromSeconds(30));
        await holder.GracefulStop(TimeSpan.FromSeconds(30)).Soon();
        await WorkerUnderTest.UpAsync(system);

        Assert.Equal(ComponentHealth.Healthy, (await system.SettleAsync()).Health);
    }

    [Fact]
    public async Task Each_crash_in_a_row_doubles_the_wait_up_to_a_cap_and_a_good_while_forgets_them()
    {
        await using var system = await _worker.StartAsync();
        foreach (var seconds in new[] { 1, 2, 4, 5, 5 })
        {
            var wait = await _worker.CrashAsync(system);
            Assert.Equal(seconds, wait.TotalSeconds);
            _worker.Time.Advance(wait);
            await WorkerUnderTest.UpAsync(system);
        }

        _worker.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(1, (await _worker.CrashAsync(system)).TotalSeconds);
    }

    [Fact]
    public async Task Its_crashes_open_the_circuit_like_any_failure()
    {
        await using var system = await _worker.StartAsync(failures: 1);
        await _worker.CrashAsync(system);

        Assert.Equal((CircuitStatus.Open, TransitionReason.Failures), ((await system.SettleAsync()).Circuit, system.Llm.Snapshot!.Last.Reason));
        Assert.Equal(CallStatus.Rejected, (await system.Llm.SucceedAsync()).Status);
    }

    [Fact]
    public async Task A_component_without_a_worker_says_so()
    {
        await using var system = await _worker.StartAsync();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await system.Kairos["tools"].AskAsync<string>("hello").AsTask().Soon());
        Assert.Contains("'tools' has no worker", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Akka has messages that every actor takes to heart; they are for the worker, and not for who has it.</summary>
    [Theory]
    [MemberData(nameof(MessagesOfAkka))]
    public async Task Whatever_it_is_told_who_has_it_brings_it_back(object message)
    {
        await using var system = await _worker.StartAsync();

        _worker.Time.Advance(await _worker.EndAsync(system, message));
        Assert.Equal("hello 1", await system.Llm.AskAsync<string>("hello").AsTask().Soon());
        Assert.Equal(2, _worker.Lives);
    }

    public static TheoryData<object> MessagesOfAkka => [PoisonPill.Instance, Kill.Instance];
}
