namespace Kairos.Tests.Calls;

/// <summary>An agent whose thread pool is blocked still has a breaker.</summary>
[Collection(Alone.Name)]
public sealed class StarvationSpecs
{
    private const int Rounds = 20;

    [Fact]
    public async Task With_the_thread_pool_blocked_rejections_are_immediate_and_the_circuit_opens_within_50_ms()
    {
        await using var system = await GuardedSystem.StartAsync(
            TimeProvider.System, c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 3 } });
        await system.Llm.FailAsync();
        system.Llm.Reset();
        await system.SettleAsync();

        var result = await OnOwnThread(() =>
        {
            using var pool = new BlockedPool();
            var measured = Measure(system.Llm);
            Assert.True(ThreadPool.PendingWorkItemCount > 0, "the thread pool was needed, and came free");
            return measured;
        }).Soon();

        Assert.Equal(0, result.Wrong);
        Assert.True(result.Median < TimeSpan.FromMilliseconds(50), $"it took {result.Median} to open");
    }

    /// <summary>Three failures, and the circuit is open; the time is that of the last of them, from its end to its caller.</summary>
    private static (int Wrong, TimeSpan Median) Measure(ComponentGuard guard)
    {
        var wrong = 0;
        var times = new List<TimeSpan>();
        for (var round = 0; round < Rounds; round++)
        {
            var (begin, end) = (0L, 0L);
            for (var i = 0; i < 3; i++)
            {
                begin = TimeProvider.System.GetTimestamp();
                guard.FailAsync().AsTask().GetAwaiter().GetResult();
                end = TimeProvider.System.GetTimestamp();
            }

            if (guard.Snapshot!.Circuit != CircuitState.Open) wrong++;
            times.Add(TimeProvider.System.GetElapsedTime(begin, end));
            for (var i = 0; i < 100; i++)
            {
                var rejection = guard.SucceedAsync();
                if (!rejection.IsCompleted || rejection.GetAwaiter().GetResult().Status != CallStatus.Rejected) wrong++;
            }

            guard.Reset();
            if (!SpinWait.SpinUntil(() => guard.Snapshot!.Circuit == CircuitState.Closed, TimeSpan.FromSeconds(10))) wrong++;
        }

        return (wrong, times.Order().ElementAt(Rounds / 2));
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
