using Kairos.Tests.Calls;

namespace Kairos.Tests.Actors.Workers;

/// <summary>A worker's new settings are in force at once, not after the wait that the old ones began.</summary>
public sealed class ChangedWorkerPolicySpecs
{
    private static readonly WorkerPolicy Patient = new() { RestartDelay = TimeSpan.FromDays(1), RestartDelayMax = TimeSpan.FromDays(1) };
    private readonly WorkerUnderTest _worker = new();

    [Fact]
    public async Task What_is_left_of_a_shorter_restart_delay_is_waited_for()
    {
        await using var system = await StartAsync();
        Assert.Equal(1, (await _worker.CrashAsync(system)).TotalHours); // a timer waits for no more at a time
        _worker.Time.Advance(TimeSpan.FromSeconds(20));

        Put(system, TimeSpan.FromSeconds(30));

        Assert.Equal(10, (await _worker.NextWaitAsync()).TotalSeconds);
        _worker.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("hello 1", await system.Llm.AskAsync<string>("hello").AsTask().Soon());
    }

    [Fact]
    public async Task One_that_has_passed_already_brings_the_worker_back_at_once()
    {
        await using var system = await StartAsync();
        await _worker.CrashAsync(system);
        _worker.Time.Advance(TimeSpan.FromHours(1));
        var waiting = system.Llm.AskAsync<string>("hello").AsTask();
        await system.SettleAsync();

        Put(system, TimeSpan.FromSeconds(30), max: Patient.RestartDelayMax);

        Assert.Equal("hello 1", await waiting.Soon());
    }

    [Fact]
    public async Task A_longer_one_is_waited_for_to_its_end()
    {
        await using var system = await StartAsync(WorkerUnderTest.Policy);
        Assert.Equal(1, (await _worker.CrashAsync(system)).TotalSeconds);

        Put(system, TimeSpan.FromDays(1));

        Assert.Equal(1, (await _worker.NextWaitAsync()).TotalHours);
        _worker.Time.Advance(TimeSpan.FromHours(23));
        await _worker.NextWaitAsync();
        Assert.Equal(1, _worker.Lives);
    }

    [Fact]
    public async Task However_long_the_delay_is_many_failures_in_a_row_do_not_overflow_it()
    {
        var worker = new WorkerUnderTest { OnConstruct = _ => throw new InvalidOperationException("never") };
        await using var system = await worker.StartAsync(c => c with { Worker = Patient });
        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(1, (await worker.NextWaitAsync()).TotalHours);
            for (var hour = 1; hour < 24; hour++)
            {
                worker.Time.Advance(TimeSpan.FromHours(1));
                Assert.Equal(1, (await worker.NextWaitAsync()).TotalHours);
            }

            worker.Time.Advance(TimeSpan.FromHours(1));
        }
    }

    private Task<GuardedSystem> StartAsync(WorkerPolicy? policy = null) => _worker.StartAsync(c => c with { Worker = policy ?? Patient });

    private static void Put(GuardedSystem system, TimeSpan delay, TimeSpan? max = null) => system.Llm.Reconfigure(
        system.Llm.Snapshot!.Settings with { Worker = new WorkerPolicy { RestartDelay = delay, RestartDelayMax = max ?? delay } });
}
