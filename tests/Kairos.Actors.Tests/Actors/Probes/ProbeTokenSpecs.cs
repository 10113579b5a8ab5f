using Kairos.Tests.Calls;

namespace Kairos.Tests.Actors.Probes;

/// <summary>The token that a check is given: what hangs on it is somebody else's code, and it is gone with the check.</summary>
public sealed class ProbeTokenSpecs
{
    private readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ProbeResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_callback_that_throws_when_the_time_is_up_ends_nothing()
    {
        var probe = Throwing();
        await using var system = await probe.StartAsync();
        await probe.NextCheckAsync();
        await probe.Begun.Soon();

        probe.Time.Advance(ProbeUnderTest.Limit); // throws if the callback ran on the timer
        await probe.ConcludedAsync();
        await _called.Task.Soon();

        Assert.Equal(ComponentHealth.Unhealthy, (await system.SettleAsync()).Health);
        Assert.Null(system.Kairos.MetricsOf("llm").Restarts);
        await probe.NextCheckAsync(isFirst: false);
    }

    [Fact]
    public async Task A_callback_that_throws_when_the_component_is_removed_ends_nothing()
    {
        var probe = Throwing();
        await using var system = await probe.StartAsync();
        await probe.NextCheckAsync();
        await probe.Begun.Soon();

        system.Kairos.Remove("llm");
        await _called.Task.Soon();

        system.Llm.ReportSuccess(); // creates it anew
        Assert.Equal(ComponentHealth.Healthy, (await system.SettleAsync()).Health);
        await probe.ConcludedAsync();
    }

    [Fact]
    public async Task A_callback_that_blocks_holds_nobody_up()
    {
        using var gate = new ManualResetEventSlim();
        var probe = new ProbeUnderTest(token =>
        {
            token.Register(() =>
            {
                _called.SetResult();
                gate.Wait(TimeSpan.FromSeconds(60)); // longer than the test, and not for ever where it fails
            });
            return new ValueTask<ProbeResult>(_answer.Task);
        });
        await using var system = await probe.StartAsync();
        await probe.NextCheckAsync();
        await probe.Begun.Soon();

        var advanced = Task.Run(() => probe.Time.Advance(ProbeUnderTest.Limit));
        await probe.ConcludedAsync();
        await _called.Task.Soon();
        Assert.Equal(ComponentHealth.Unhealthy, (await system.SettleAsync()).Health);

        gate.Set();
        await advanced.Soon();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Its_source_is_disposed_when_the_check_has_ended(bool inTime)
    {
        var probe = new ProbeUnderTest(async token =>
        {
            if (!inTime) await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return new ProbeResult(ComponentHealth.Healthy);
        });
        await using var system = await probe.StartAsync();
        await probe.NextCheckAsync();
        await probe.Begun.Soon();
        if (!inTime) probe.Time.Advance(ProbeUnderTest.Limit);
        await probe.ConcludedAsync();

        await DisposedAsync(probe.Token);
    }

    private static async Task DisposedAsync(CancellationToken token)
    {
        for (var begin = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(begin) < TimeSpan.FromSeconds(60);)
        {
            try
            {
                _ = token.WaitHandle;
            }
            catch (ObjectDisposedException)
            {
                return;
            }

            await Task.Delay(1, CancellationToken.None); // a thread of the pool disposes it, and may be late
        }

        Assert.Fail("the source of the token is not disposed");
    }

    private ProbeUnderTest Throwing() => new(token =>
    {
        token.Register(() =>
        {
            _called.TrySetResult();
            throw new InvalidOperationException("thrown by a callback");
        });
        return new ValueTask<ProbeResult>(_answer.Task);
    });
}
