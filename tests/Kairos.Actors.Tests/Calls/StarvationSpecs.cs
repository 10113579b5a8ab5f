namespace Kairos.Tests.Calls;

/// <summary>An agent whose thread pool is blocked still has a breaker.</summary>
[Collection(Alone.Name)]
public sealed class StarvationSpecs
{
    private const int Rounds = 20;

    [Fact]
    public async Task With_the_thread_pool_blocked_rejections_are_immediate_and_the_circuit_is_open_when_the_caller_goes_on()
    {
        await using var system = await GuardedSystem.StartAsync(
            TimeProvider.System, c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 3 } });
        await system.Llm.FailAsync();
        system.Llm.Reset();
        await system.SettleAsync();

        var wrong = await OnOwnThread(() =>
        {
            using var pool = new BlockedPool();
            var counted = Count(system.Llm);
            Assert.True(ThreadPool.PendingWorkItemCount > 0, "the thread pool was needed, and came free");
            return counted;
        }).Soon();

        Assert.Equal(0, wrong);
    }

    /// <summary>How often a caller goes on after three failures and the circuit is not open, or a rejection is not there at once.</summary>
    private static int Count(ComponentGuard guard)
    {
        var wrong = 0;
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < 3; i++) guard.FailAsync().AsTask().GetAwaiter().GetResult();
            if (guard.Snapshot!.Circuit != CircuitStatus.Open) wrong++;
            for (var i = 0; i < 100; i++)
            {
                var rejection = guard.SucceedAsync();
                if (!rejection.IsCompleted || rejection.GetAwaiter().GetResult().Status != CallStatus.Rejected) wrong++;
            }

            guard.Reset();
            if (!SpinWait.SpinUntil(() => guard.Snapshot!.Circuit == CircuitStatus.Closed, TimeSpan.FromSeconds(10))) wrong++;
        }

        return wrong;
    }

    private static Task<T> OnOwnThread<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        })
        {
            IsBackground = true,
        };
        thread.Start();
        return done.Task;
    }

    /// <summary>64 work items that wait, and one behind them that shows that they do.</summary>
    private sealed class BlockedPool : IDisposable
    {
        private readonly ManualResetEventSlim _free = new();
        private readonly CountdownEvent _ended = new(64);

        public BlockedPool()
        {
            for (var i = 0; i < 64; i++)
            {
                ThreadPool.QueueUserWorkItem(_ =>
                {
                    _free.Wait();
                    _ended.Signal();
                });
            }

            if (!SpinWait.SpinUntil(() => ThreadPool.ThreadCount >= Environment.ProcessorCount, TimeSpan.FromSeconds(10)))
                Assert.Fail("the thread pool does not run");
            Assert.True(ThreadPool.PendingWorkItemCount > 0, "the thread pool is not blocked");
        }

        public void Dispose()
        {
            _free.Set();
            _ended.Wait(TimeSpan.FromSeconds(60));
        }
    }
}
