using Kairos.Tests.Calls;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Actors;

/// <summary>What a failing call waits for is used again, and keeps nothing of those who had it.</summary>
public sealed class AcknowledgementSpecs
{
    [Fact]
    public async Task Its_timer_takes_no_context_of_the_caller_who_had_it_first()
    {
        var time = new WatchfulTime();
        await using var system = await GuardedSystem.StartAsync(time);
        for (var i = 0; i < 3; i++) await system.Llm.FailAsync();

        Assert.NotEmpty(time.Flowing);
        Assert.DoesNotContain(true, time.Flowing);
    }

    [Fact]
    public async Task On_a_thread_of_its_own_a_caller_whose_actor_is_busy_is_let_go_while_the_pool_has_threads_to_spare()
    {
        using var gate = new ManualResetEventSlim();
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var system = await GuardedSystem.StartAsync(TimeProvider.System, more: options => options.Recorder = (component, _, input, _) =>
        {
            if (component != "llm" || input.Kind != Kairos.Components.ComponentInputKind.Error) return;
            held.TrySetResult();
            gate.Wait(TimeSpan.FromSeconds(30));
        });
        var first = Task.Run(() => system.Llm.FailAsync().AsTask());
        await held.Task.Soon();
        var returned = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => returned.SetResult(system.Llm.FailAsync().AsTask())) { IsBackground = true }.Start();

        var second = await returned.Task.Soon(); // the thread has come back, and the call has not
        Assert.False(second.IsCompleted);
        gate.Set();
        await Task.WhenAll(first, second).Soon();
    }

    private sealed class WatchfulTime : FakeTimeProvider
    {
        public System.Collections.Concurrent.ConcurrentBag<bool> Flowing { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (state is Kairos.Actors.Acknowledgement) Flowing.Add(!ExecutionContext.IsFlowSuppressed());
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
