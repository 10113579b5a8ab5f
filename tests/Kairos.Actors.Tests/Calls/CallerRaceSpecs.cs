namespace Kairos.Tests.Calls;

/// <summary>Sixty-four callers of one guard, and what becomes of them when their component or their actor system goes.</summary>
[Collection(Alone.Name)]
public sealed class CallerRaceSpecs
{
    private const int Callers = 64;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("KAIROS_STRESS_SECONDS"), out var seconds) ? seconds : 2);

    [Theory]
    [InlineData("plain")]
    [InlineData("limited")]
    [InlineData("bulkhead")]
    [InlineData("stream")]
    public async Task Callers_of_a_component_that_is_removed_and_created_see_only_what_is_documented(string kind)
    {
        await using var system = await GuardedSystem.StartAsync(TimeProvider.System, more: options => options.Defaults(c => c with
        {
            Call = c.Call with
            {
                Deadline = kind == "limited" ? TimeSpan.FromMinutes(1) : Timeout.InfiniteTimeSpan,
                MaxConcurrent = kind == "bulkhead" ? 4 : 0,
                MaxQueued = kind == "bulkhead" ? 16 : 0,
            },
        }));
        var begin = TimeProvider.System.GetTimestamp(); // not a timer: its thread pool is what the callers keep busy
        bool IsOver() => TimeProvider.System.GetElapsedTime(begin) > Duration;
        var guard = system.Kairos["speech"];
        var callers = Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var i = caller; !IsOver(); i++)
            {
                await CallAsync(guard, kind == "stream", fails: i % 3 == 0);
                if (i % 16 == 0) await Task.Yield(); // a call that is rejected never waits, and others have their turn too
            }
        })).ToList();
        for (var removals = 1; !IsOver(); removals++)
        {
            system.Kairos.Remove("speech");
            if (removals % 50 == 0) await system.Kairos.DrainAsync(CancellationToken.None).Soon(); // removals do not pile up without bound
            else await Task.Yield();
        }

        await Task.WhenAll(callers).Soon();
        Assert.NotNull(await system.Llm.GetSnapshotAsync().Soon());
    }

    [Fact]
    public async Task When_the_actor_system_terminates_failing_callers_return_although_the_clock_stands_still()
    {
        var system = await GuardedSystem.StartAsync(
            new Microsoft.Extensions.Time.Testing.FakeTimeProvider(), c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 0 } });
        using var terminated = new CancellationTokenSource();
        var callers = Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (var left = 10; left > 0; left -= terminated.IsCancellationRequested ? 1 : 0) await system.Llm.FailAsync();
        })).ToList();

        await system.Actors.Terminate().WaitAsync(TimeSpan.FromMinutes(3)); // the callers leave it little of two processors
        await terminated.CancelAsync();
        await Task.WhenAll(callers).Soon();
        await system.Kairos.DrainAsync(CancellationToken.None).Soon();
        await Assert.ThrowsAsync<ComponentRefusedException>(() => system.Llm.GetSnapshotAsync().Soon());
        await Assert.ThrowsAsync<ComponentRefusedException>(() => system.Kairos["never/used"].SucceedAsync().AsTask().Soon());
    }

    [Fact]
    public async Task When_the_actor_system_terminates_those_who_wait_for_a_retry_return_with_what_they_have()
    {
        var time = new ObservedTimeProvider();
        var system = await GuardedSystem.StartAsync(time, c => c with
        {
            Breaker = c.Breaker with { ConsecutiveFailures = 0 },
            Call = c.Call with { Retry = new RetryPolicy { MaxAttempts = 3, Budget = 0 } },
        });
        var callers = Enumerable.Range(0, Callers).Select(_ => system.Llm.FailAsync().AsTask()).ToList();
        for (var i = 0; i < Callers; i++) await time.NextDelayAsync();

        await system.Actors.Terminate().Soon();

        Assert.All(await Task.WhenAll(callers).Soon(), outcome => Assert.Equal((CallStatus.Failure, Act.Broken), (outcome.Status, outcome.Error)));
    }

    [Fact]
    public async Task When_the_actor_system_terminates_those_in_a_queue_get_their_turn_at_once()
    {
        var system = await GuardedSystem.StartAsync(
            new Microsoft.Extensions.Time.Testing.FakeTimeProvider(),
            c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 0 }, Call = c.Call with { MaxConcurrent = 1, MaxQueued = 20 } });
        var (held, ends) = await HeldCall.BeginAsync(system.Llm);
        var queued = Enumerable.Range(0, 20).Select(_ => system.Llm.FailAsync().AsTask()).ToList();

        await system.Actors.Terminate().Soon();
        held.Fail();
        await ends.Soon();
        Assert.All(await Task.WhenAll(queued).Soon(), outcome => Assert.Equal(CallStatus.Failure, outcome.Status));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task When_somebody_stops_or_kills_the_supervisor_nobody_waits_and_Kairos_says_that_it_does_not_run(bool kill)
    {
        await using var system = await GuardedSystem.StartAsync(new Microsoft.Extensions.Time.Testing.FakeTimeProvider());
        object end = kill ? Akka.Actor.Kill.Instance : Akka.Actor.PoisonPill.Instance;
        await Akka.Actor.GracefulStopSupport.GracefulStop(system.Kairos.Supervisor, TimeSpan.FromSeconds(30), end).Soon();

        Assert.Equal(CallStatus.Failure, (await system.Llm.FailAsync().AsTask().Soon()).Status);
        Assert.False(system.Kairos.IsRunning);
        var health = await new Kairos.Hosting.ReadinessCheck(system.Kairos, []).CheckHealthAsync(new());
        Assert.Equal(Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Unhealthy, health.Status);
    }

    private static async Task CallAsync(ComponentGuard guard, bool isStream, bool fails)
    {
        try
        {
            if (isStream) await StreamAsync(guard, fails);
            else if (fails) await guard.ExecuteAsync(Act.Fail, Act.Broken);
            else await guard.ExecuteAsync(Act.Succeed, 1);
        }
        catch (Kairos.KairosException) when (fails)
        {
        }
        catch (CallRejectedException)
        {
        }
        catch (ComponentRefusedException)
        {
        }
    }

    private static async Task StreamAsync(ComponentGuard guard, bool fails)
    {
        await foreach (var _ in guard.ExecuteStreamAsync(static (fails, _) => Elements(fails), fails))
        {
        }

        static async IAsyncEnumerable<int> Elements(bool fails)
        {
            yield return 1;
            await Task.Yield();
            if (fails) throw new Kairos.KairosException(Act.Broken);
            yield return 2;
        }
    }
}
