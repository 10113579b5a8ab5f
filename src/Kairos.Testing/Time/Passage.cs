namespace Kairos.Testing;

/// <summary>How virtual time passes for one Kairos: from timer to timer, one passage at a time, and never before Kairos has come to rest.</summary>
/// <param name="time">The time.</param>
/// <param name="continuations">The calls that go on.</param>
/// <param name="timeout">How long a wait lasts in real time, at most.</param>
/// <param name="drain">Ends when the actors have taken in all that they were told.</param>
internal sealed class Passage(VirtualTime time, CallContinuations continuations, Func<TimeSpan> timeout, Func<CancellationToken, Task> drain) : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10); // of real time, in which a task may end by itself
    private readonly SemaphoreSlim _one = new(1);

    public Task AdvanceAsync(TimeSpan by) => AloneAsync(async () =>
    {
        var until = time.Now + by;
        while (time.NextDue is { } due && due <= until) await StepAsync(due).ConfigureAwait(false);
        await StepAsync(until).ConfigureAwait(false);
    });

    public Task AdvanceUntilAsync(Task task)
    {
        var begin = TimeProvider.System.GetTimestamp();
        return AloneAsync(async () =>
        {
            while (await Task.WhenAny(task, Task.Delay(Moment)).ConfigureAwait(false) != task)
            {
                if (TimeProvider.System.GetElapsedTime(begin) > timeout()) throw NotInTime("The task has not ended", timeout());
                if (time.NextDue is { } due) await StepAsync(due).ConfigureAwait(false);
            }
        });
    }

    public void Dispose() => _one.Dispose();

    public static KairosTestException Busy(TimeSpan limit) => NotInTime("Kairos has not taken in all that it was told", limit);

    private static KairosTestException NotInTime(string what, TimeSpan limit) =>
        new(FormattableString.Invariant($"{what} within {limit.TotalSeconds:0.###} s of real time."));

    private async Task AloneAsync(Func<Task> pass)
    {
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            await SettleAsync().ConfigureAwait(false);
            await pass().ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task StepAsync(TimeSpan moment)
    {
        await Task.Run(() => time.MoveTo(moment)).ConfigureAwait(false); // what is due goes on there, and in no context of the test's
        await SettleAsync().ConfigureAwait(false);
    }

    /// <summary>Waits until Kairos has nothing to do but wait: what a call tells when it goes on is taken in, too.</summary>
    private async Task SettleAsync()
    {
        long ended;
        do
        {
            ended = continuations.Ended;
            using var limit = new CancellationTokenSource(timeout());
            try
            {
                await drain(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                throw Busy(timeout());
            }

            await continuations.Idle.WaitAsync(timeout()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // no longer for code of the application
        }
        while (continuations.Ended != ended);
    }
}
