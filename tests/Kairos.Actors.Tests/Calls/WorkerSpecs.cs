using Akka.Actor;
using Kairos.Breaking;
using Kairos.Components;
using Kairos.Health;
using Kairos.Metrics;

namespace Kairos.Tests.Calls;

/// <summary>A component's own actor: asked under the guard, brought back after a crash.</summary>
public sealed class WorkerSpecs
{
    private readonly ObservedTimeProvider _time = new();

    [Fact]
    public async Task It_is_asked_under_the_guard()
    {
        await using var system = await StartAsync();

        Assert.Equal("hello 1", await system.Llm.AskAsync<string>("hello").AsTask().Soon());
        Assert.Equal(1, system.Ledger.Successes.Total);
    }

    [Fact]
    public async Task A_crash_is_an_internal_error_of_the_component_and_what_is_sent_meanwhile_waits()
    {
        await using var system = await StartAsync();
        await system.Llm.FailAsync();
        Crash(system);
        var wait = await _time.NextAsync("WorkerActor");
        var snapshot = await system.SettleAsync();
        Assert.Equal((2, 2, CircuitState.Closed), (snapshot.Errors, snapshot.ConsecutiveFailures, snapshot.Circuit));
        Assert.Equal(HealthStatus.Degraded, snapshot.Health);
        Assert.Contains(system.Kairos.MetricsOf("llm").Errors, series => series.Measure().Tags.ToArray()
            .Contains(new(MetricNames.ErrorCode, "internal_error")));

        var waiting = system.Llm.AskAsync<string>("still there?").AsTask();
        await system.SettleAsync();
        Assert.False(waiting.IsCompleted);
        Assert.Null(system.Kairos.MetricsOf("llm").Restarts);
        _time.Advance(wait);

        Assert.Equal("still there? 1", await waiting.Soon()); // a new one, which counts from the beginning
        await system.SettleAsync();
        Assert.Equal(1, system.Kairos.MetricsOf("llm").Restarts?.Measure().Value);
        Assert.Equal(2, (await system.SettleAsync()).Errors);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(HealthStatus.Healthy, (await system.SettleAsync()).Health);
    }

    [Fact]
    public async Task Each_crash_in_a_row_doubles_the_wait_up_to_a_cap_and_a_good_while_forgets_them()
    {
        await using var system = await StartAsync();
        foreach (var seconds in new[] { 1, 2, 4, 5, 5 })
        {
            Crash(system);
            var wait = await _time.NextAsync("WorkerActor");
            Assert.Equal(seconds, wait.TotalSeconds);
            _time.Advance(wait);
            await system.Llm.AskAsync<string>("up").AsTask().Soon();
        }

        _time.Advance(TimeSpan.FromSeconds(6));
        Crash(system);
        Assert.Equal(1, (await _time.NextAsync("WorkerActor")).TotalSeconds);
    }

    [Fact]
    public async Task Its_crashes_open_the_circuit_like_any_failure()
    {
        await using var system = await StartAsync(failures: 1);
        Crash(system);
        await _time.NextAsync("WorkerActor");

        Assert.Equal((CircuitState.Open, TransitionReason.Failures), ((await system.SettleAsync()).Circuit, system.Llm.Snapshot!.Last.Reason));
        Assert.Equal(CallStatus.Rejected, (await system.Llm.SucceedAsync()).Status);
    }

    [Fact]
    public async Task A_component_without_a_worker_says_so()
    {
        await using var system = await StartAsync();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await system.Kairos["tools"].AskAsync<string>("hello").AsTask().Soon());
        Assert.Contains("'tools' has no worker", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_cannot_be_made_is_tried_again()
    {
        var made = 0;
        Action fail = () =>
        {
            if (Interlocked.Increment(ref made) == 1) throw new InvalidOperationException("not yet");
        };
        await using var system = await StartAsync(Props.Create(() => new Worker(fail)));

        _time.Advance(await _time.NextAsync("WorkerActor"));
        Assert.Equal("hello 1", await system.Llm.AskAsync<string>("hello").AsTask().Soon());
        Assert.Equal((2, 1), (made, (await system.SettleAsync()).Errors));
    }

    private static void Crash(GuardedSystem system) =>
        system.Kairos.Supervisor.Tell(new ComponentProtocol.AskWorker("llm", "crash"), ActorRefs.NoSender);

    private Task<GuardedSystem> StartAsync(Props? worker = null, int failures = 10) => GuardedSystem.StartAsync(
        _time,
        c => c with
        {
            Breaker = c.Breaker with { ConsecutiveFailures = failures },
            Worker = new WorkerPolicy { RestartDelay = TimeSpan.FromSeconds(1), RestartDelayMax = TimeSpan.FromSeconds(5) },
        },
        options => options.Worker("llm", worker ?? Props.Create(() => new Worker(null))));

    private sealed class Worker : UntypedActor
    {
        private int _count;

        public Worker(Action? onStart) => onStart?.Invoke();

        protected override void OnReceive(object message)
        {
            if (message is "crash") throw new InvalidOperationException("crashed");
            Sender.Tell($"{message} {++_count}");
        }
    }
}
