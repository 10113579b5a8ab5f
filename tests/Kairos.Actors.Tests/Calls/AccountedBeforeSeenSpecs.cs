using Kairos.Components;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Calls;

/// <summary>When a caller sees its failure, the breaker has taken it into account; and no caller waits for that for long.</summary>
public sealed class AccountedBeforeSeenSpecs
{
    [Fact]
    public async Task A_sequential_caller_sees_the_circuit_open_on_exactly_the_call_after_the_threshold()
    {
        await using var system = await GuardedSystem.StartAsync(
            TimeProvider.System, c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 3 } });
        var right = 0;
        for (var round = 0; round < 10_000; round++)
        {
            var isRight = true;
            for (var i = 0; i < 3; i++) isRight &= (await system.Llm.FailAsync()).Status == CallStatus.Failure;
            isRight &= (await system.Llm.SucceedAsync()).Status == CallStatus.Rejected;
            if (isRight) right++;
            system.Llm.Reset();
            await system.Llm.GetSnapshotAsync();
        }

        Assert.Equal(10_000, right);
    }

    [Fact]
    public async Task An_actor_that_does_not_answer_holds_a_caller_no_longer_than_its_patience()
    {
        var time = new FakeTimeProvider();
        using var gate = new BlockingRecorder();
        await using var system = await GuardedSystem.StartAsync(time, more: options => options.Recorder = gate.Record);
        gate.Block();

        var call = system.Llm.FailAsync().AsTask();
        await gate.Entered.Soon();
        time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(CallStatus.Failure, (await call.Soon()).Status);
        Assert.Equal(0, system.Llm.Snapshot!.Errors);

        gate.Release();
        Assert.Equal(1, (await system.SettleAsync()).Errors);
        Assert.Equal(1, system.Kairos.MetricsOf("llm").Errors.Sum(series => series.Measure().Value));
        Assert.Equal(CircuitStatus.Closed, system.Llm.Snapshot!.Circuit);
        await system.Llm.FailAsync();
        Assert.Equal(CircuitStatus.Open, system.Llm.Snapshot!.Circuit);
    }

    [Fact]
    public async Task A_failure_whose_handling_crashes_is_counted_once()
    {
        var time = new CrashingTimeProvider();
        await using var system = await GuardedSystem.StartAsync(
            time, c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 0 } });

        for (var i = 1; i <= 20; i++)
        {
            time.CrashOnce();
            await system.Llm.FailAsync().AsTask().Soon();
            Assert.Equal(i, system.Llm.Snapshot!.Errors);
        }

        await system.SettleAsync();
        Assert.Equal(20, time.Crashes);
        Assert.Equal(20, system.Kairos.MetricsOf("llm").Errors.Sum(series => series.Measure().Value));
        Assert.Equal(20, system.Kairos.MetricsOf("llm").Restarts!.Measure().Value);
    }

    [Fact]
    public async Task A_failure_whose_handling_crashes_after_it_was_taken_is_counted_once_too()
    {
        var time = new TimerCrash();
        await using var system = await GuardedSystem.StartAsync(time);
        time.Arm();

        await system.Llm.FailAsync().AsTask().Soon(); // the first error of the minute asks for a timer
        await system.Llm.FailAsync().AsTask().Soon(); // and so does the opening

        Assert.Equal(2, (await system.SettleAsync()).Errors);
        Assert.Equal(CircuitStatus.Open, system.Llm.Snapshot!.Circuit);
        Assert.Equal(2, system.Kairos.MetricsOf("llm").Errors.Sum(series => series.Measure().Value));
        Assert.Equal(1, system.Kairos.MetricsOf("llm").Restarts!.Measure().Value);
    }

    [Fact]
    public async Task A_failure_that_crashes_the_actor_again_and_again_holds_no_caller()
    {
        var crashes = 0;
        await using var system = await GuardedSystem.StartAsync(TimeProvider.System, more: options => options.Recorder = (_, _, input, _) =>
        {
            if (input.Kind == ComponentInputKind.Error && Interlocked.Increment(ref crashes) <= 2) throw new InvalidOperationException("again");
        });

        Assert.Equal(CallStatus.Failure, (await system.Llm.FailAsync().AsTask().Soon()).Status);
        await system.Llm.FailAsync().AsTask().Soon();
        Assert.Equal(1, (await system.SettleAsync()).Errors);
    }

    [Fact]
    public async Task A_failure_that_nobody_can_take_any_more_holds_no_caller()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider(), more: options => options.MaxComponents = 4);
        system.Kairos["speech"].ReportSuccess();
        await system.SettleAsync();
        var (held, ends) = await HeldCall.BeginAsync(system.Kairos["speech"]);
        system.Kairos.Remove("speech");
        await system.SettleAsync();
        system.Kairos["vision"].ReportSuccess(); // takes the last place
        await system.SettleAsync();

        held.Fail();

        Assert.Equal(CallStatus.Failure, (await ends.Soon()).Status); // on a clock that stands still
        await system.SettleAsync();
        Assert.Null(system.Kairos["speech"].Snapshot);
    }

    /// <summary>Holds the actor up in the middle of a decision.</summary>
    private sealed class BlockingRecorder : IDisposable
    {
        private readonly ManualResetEventSlim _free = new(true);
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Entered => _entered.Task;

        public void Block() => _free.Reset();

        public void Release() => _free.Set();

        public void Record(string component, ComponentSettings settings, ComponentInput input, TimeSpan at)
        {
            if (_free.IsSet) return;
            _entered.TrySetResult();
            _free.Wait(TimeSpan.FromSeconds(60));
        }

        public void Dispose() => _free.Set();
    }

    /// <summary>Crashes an actor that asks for a timer, once: by then its decision stands.</summary>
    private sealed class TimerCrash : TimeProvider
    {
        private int _armed;

        public void Arm() => Volatile.Write(ref _armed, 1);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var isActor = callback.Method.DeclaringType!.FullName!.Contains("ComponentTimer", StringComparison.Ordinal);
            if (isActor && Interlocked.Exchange(ref _armed, 0) == 1) throw new InvalidOperationException("there are no timers left");
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
