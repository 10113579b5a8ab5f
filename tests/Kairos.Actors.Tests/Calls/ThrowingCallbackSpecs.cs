namespace Kairos.Tests.Calls;

/// <summary>
/// What a call registers on its token is somebody else's code. When the time is up it runs on a thread of nobody's, where an exception ends the
/// process: so the clock must catch it, and the call ends as if nothing had been thrown.
/// </summary>
public sealed class ThrowingCallbackSpecs
{
    private const string AttemptTimeout = "call.attempt-timeout";
    private const string Deadline = "call.deadline";

    // Long enough that a call has registered its callback, also on a busy machine: on a token that has ended it would run on the spot.
    private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(500);

    [Theory]
    [InlineData(AttemptTimeout, true)]
    [InlineData(AttemptTimeout, false)]
    [InlineData(Deadline, true)]
    [InlineData(Deadline, false)]
    public async Task A_limit_ends_the_call_and_nothing_else(string setting, bool isOnTheSpot)
    {
        await using var system = await StartAsync(setting);

        var timeout = await Assert.ThrowsAsync<CallTimeoutException>(() => isOnTheSpot
            ? system.Llm.ExecuteAsync(WaitAsync).AsTask().Soon()
            : system.Llm.ExecuteAsync(static (_, token) => WaitAsync(token), 0, new GuardedCallOptions<int, int> { Operation = "engine" }).AsTask().Soon());

        Assert.Equal(setting, timeout.Setting);
        Assert.Equal(1, await system.Llm.ExecuteAsync(Act.Succeed, 1));
    }

    [Fact]
    public async Task A_limit_of_a_stream_ends_the_stream_and_nothing_else()
    {
        await using var system = await StartAsync(AttemptTimeout);

        await Assert.ThrowsAsync<CallTimeoutException>(() => ReadAsync(system.Llm).Soon());
    }

    [Fact]
    public async Task A_callback_that_blocks_does_not_hold_up_a_call_that_ends_otherwise()
    {
        await using var system = await StartAsync(AttemptTimeout, TimeSpan.FromMinutes(1));
        using var caller = new CancellationTokenSource();
        using var gate = new ManualResetEventSlim();
        var blocked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var end = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var call = system.Llm.ExecuteAsync(
            async (_, token) =>
            {
                token.Register(() =>
                {
                    blocked.TrySetResult();
                    gate.Wait(TimeSpan.FromMinutes(1));
                });
                return await end.Task;
            },
            0,
            caller.Token).AsTask();

        var cancelling = Task.Run(caller.Cancel);
        await blocked.Task.Soon();
        end.SetResult(5);

        Assert.Equal(5, await call.Soon());
        Assert.False(cancelling.IsCompleted);
        gate.Set();
        await cancelling.Soon();
    }

    [Fact]
    public async Task Tokens_are_used_again_and_no_call_is_ended_by_the_limit_of_another()
    {
        await using var system = await GuardedSystem.StartAsync(TimeProvider.System, more: options => options
            .Component("short", c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 0 }, Call = c.Call with { AttemptTimeout = TimeSpan.FromMilliseconds(1) } })
            .Component("long", c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 0 }, Call = c.Call with { AttemptTimeout = TimeSpan.FromMinutes(5) } }));
        var begin = TimeProvider.System.GetTimestamp();
        var callers = Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            var (ended, timeouts) = (0, 0);
            while (TimeProvider.System.GetElapsedTime(begin) < TimeSpan.FromSeconds(2))
            {
                var spins = random.Next(1, 20_000);
                var isShort = random.Next(2) == 0;
                var outcome = await system.Kairos[isShort ? "short" : "long"].TryExecuteAsync(
                    static async (spins, token) =>
                    {
                        for (var i = 0; i < 3; i++)
                        {
                            Thread.SpinWait(spins);
                            await Task.Yield();
                            token.ThrowIfCancellationRequested();
                        }

                        return 1;
                    },
                    spins);
                if (isShort) timeouts += outcome.IsSuccess ? 0 : 1;
                else ended += outcome.IsSuccess ? 0 : 1;
            }

            return (ended, timeouts);
        }));

        var all = await Task.WhenAll(callers).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(0, all.Sum(one => one.ended));
        Assert.NotEqual(0, all.Sum(one => one.timeouts));
    }

    private static async ValueTask<int> WaitAsync(CancellationToken token)
    {
        token.Register(() => throw new InvalidOperationException("thrown by a callback"));
        await Task.Delay(Timeout.InfiniteTimeSpan, token);
        return 1;
    }

    private static async Task ReadAsync(ComponentGuard guard)
    {
        await foreach (var _ in guard.ExecuteStreamAsync(static (_, token) => Elements(token), 0)) Assert.Fail("there is no element");
    }

    private static async IAsyncEnumerable<int> Elements([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        yield return await WaitAsync(token);
    }

    private static Task<GuardedSystem> StartAsync(string setting, TimeSpan? limit = null) => GuardedSystem.StartAsync(TimeProvider.System, c => c with
    {
        Call = setting == AttemptTimeout
            ? c.Call with { AttemptTimeout = limit ?? Brief }
            : c.Call with { Deadline = limit ?? Brief },
    });
}
