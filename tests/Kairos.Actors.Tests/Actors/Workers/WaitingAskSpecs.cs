using Akka.Actor;
using Kairos.Components;
using Kairos.Tests.Calls;

namespace Kairos.Tests.Actors.Workers;

/// <summary>What is sent to a worker waits until it has started, is bounded, and is refused by name beyond that. Nothing of it counts again.</summary>
public sealed class WaitingAskSpecs
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_asked_waits_until_the_worker_has_started(bool inConstructor)
    {
        void Fail(int life)
        {
            if (life < 3) throw new InvalidOperationException("not yet");
        }

        var worker = inConstructor ? new WorkerUnderTest { OnConstruct = Fail } : new WorkerUnderTest { OnPreStart = Fail };
        await using var system = await worker.StartAsync();
        worker.Time.Advance(await worker.NextWaitAsync());
        Assert.Equal(2, (await worker.NextWaitAsync()).TotalSeconds);

        var first = system.Llm.AskAsync<string>("a").AsTask();
        await system.SettleAsync();
        var second = system.Llm.AskAsync<string>("b").AsTask();
        await system.SettleAsync();
        worker.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(["a 1", "b 2"], await Task.WhenAll(first, second).Soon());
        Assert.Equal((3, 2), (worker.Lives, (await system.SettleAsync()).Errors));
        Assert.Equal(2, system.Ledger.Successes.Total);
    }

    [Fact]
    public async Task One_that_waited_for_a_start_that_failed_waits_on()
    {
        var worker = new WorkerUnderTest { OnConstruct = life => Assert.NotEqual(2, life) };
        await using var system = await worker.StartAsync();
        var wait = await worker.CrashAsync(system);
        var asking = system.Llm.AskAsync<string>("hello").AsTask();
        await system.SettleAsync();

        worker.Time.Advance(wait);
        while ((await worker.NextWaitAsync()).TotalSeconds != 2) await system.SettleAsync();
        Assert.False(asking.IsCompleted);
        worker.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("hello 1", await asking.Soon());
        Assert.Equal((3, 2), (worker.Lives, (await system.SettleAsync()).Errors));
    }

    [Fact]
    public async Task What_the_worker_had_not_begun_when_it_crashed_is_kept_and_what_it_had_is_refused_by_name()
    {
        var worker = new WorkerUnderTest();
        await using var system = await worker.StartAsync();
        await WorkerUnderTest.UpAsync(system);
        var hold = new WorkerUnderTest.Hold();
        var begun = system.Llm.AskAsync<string>(hold).AsTask();
        await hold.Begun.Task.Soon();
        var kept = new List<Task<string>>();
        foreach (var message in new[] { "a", "b", "c" })
        {
            kept.Add(system.Llm.AskAsync<string>(message).AsTask());
            await system.SettleAsync();
        }

        hold.End.SetResult();
        var refusal = await Assert.ThrowsAsync<WorkerUnavailableException>(() => begun.Soon());
        worker.Time.Advance(await NextRestartAsync(worker));

        Assert.Equal("The worker of 'llm' went down while it had this message, which may have had its effect.", refusal.Message);
        Assert.Equal(["a 1", "b 2", "c 3"], await Task.WhenAll(kept).Soon());
        Assert.Equal((1, 1, 3), ((await system.SettleAsync()).Errors, system.Ledger.Ignored.Total, system.Ledger.Successes.Total));
    }

    [Fact]
    public async Task One_too_many_is_refused_by_name_and_those_before_it_are_kept()
    {
        var worker = new WorkerUnderTest();
        await using var system = await worker.StartAsync();
        var wait = await worker.CrashAsync(system);
        for (var i = 0; i < WorkerMachine.MostWaiting; i++) WorkerUnderTest.Tell(system, "silence");
        await system.SettleAsync();

        var refusal = await Assert.ThrowsAsync<WorkerUnavailableException>(() => system.Llm.AskAsync<string>("one more").AsTask().Soon());
        worker.Time.Advance(wait);

        Assert.Equal(("llm", "The worker of 'llm' is not ready for this message: 10000 others wait for it."), (refusal.Component, refusal.Message));
        while (worker.Told.Count < 1 + WorkerMachine.MostWaiting) await system.SettleAsync();
        Assert.Equal("hello 1", await system.Llm.AskAsync<string>("hello").AsTask().Soon());
        Assert.Equal((1, 1), ((await system.SettleAsync()).Errors, system.Ledger.Ignored.Total));
        Assert.Equal(WorkerMachine.MostWaiting + 2, worker.Told.Count);
    }

    [Fact]
    public async Task One_waits_for_the_longest_restart_delay_and_a_second_and_is_then_refused_by_name()
    {
        var worker = new WorkerUnderTest { OnConstruct = _ => throw new InvalidOperationException("never") };
        await using var system = await worker.StartAsync();
        Assert.Equal(1, await NextAsync(worker));
        var asking = system.Llm.AskAsync<string>("hello").AsTask();
        await system.SettleAsync();

        worker.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((5, 2), (await NextAsync(worker), await NextAsync(worker))); // the end of the waiting, while it starts; the next start
        worker.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(3, await NextAsync(worker)); // the end of the waiting; the next start would be later
        while ((await system.SettleAsync()).Errors < 3) Assert.False(asking.IsCompleted);
        worker.Time.Advance(TimeSpan.FromSeconds(3));

        var refusal = await Assert.ThrowsAsync<WorkerUnavailableException>(() => asking.Soon());
        Assert.Equal("The worker of 'llm' has been down for as long as a message waits, 6 s.", refusal.Message);
        Assert.Equal((3, 3, 1), (worker.Lives, (await system.SettleAsync()).Errors, system.Ledger.Ignored.Total));
    }

    [Fact]
    public async Task What_waits_for_a_busy_worker_waits_as_long_as_who_asks()
    {
        var worker = new WorkerUnderTest();
        await using var system = await worker.StartAsync(c => c with { Call = c.Call with { AttemptTimeout = TimeSpan.FromHours(1) } });
        await WorkerUnderTest.UpAsync(system);
        var hold = new WorkerUnderTest.Hold();
        WorkerUnderTest.Tell(system, hold);
        await hold.Begun.Task.Soon();
        var asking = system.Llm.AskAsync<string>("hello").AsTask();
        await system.SettleAsync();

        worker.Time.Advance(TimeSpan.FromMinutes(50));
        hold.End.SetResult();
        worker.Time.Advance(await NextRestartAsync(worker));

        Assert.Equal("hello 1", await asking.Soon());
    }

    [Fact]
    public async Task When_the_component_is_removed_what_waits_is_refused_by_name()
    {
        var worker = new WorkerUnderTest();
        await using var system = await worker.StartAsync();
        await worker.CrashAsync(system);
        var asking = system.Llm.AskAsync<string>("hello").AsTask();
        await system.SettleAsync();
        await (await system.Actors.ActorSelection("/user/kairos/llm/_worker").ResolveOne(TimeSpan.FromSeconds(30)))
            .Ask<ActorIdentity>(new Identify(null)).Soon(); // it has the question

        system.Kairos.Remove("llm");

        var refusal = await Assert.ThrowsAsync<WorkerUnavailableException>(() => asking.Soon());
        Assert.Equal("The worker of 'llm' is gone: the component was removed, or its actor stopped.", refusal.Message);
    }

    private static async Task<double> NextAsync(WorkerUnderTest worker) => (await worker.NextWaitAsync()).TotalSeconds;

    /// <summary>Where something waits, the end of its waiting is arranged for first.</summary>
    private static async Task<TimeSpan> NextRestartAsync(WorkerUnderTest worker) =>
        await worker.NextWaitAsync() is { TotalSeconds: 1 } wait ? wait : await worker.NextWaitAsync();
}
