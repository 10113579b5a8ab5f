namespace Kairos.Actors;

/// <summary>One check of a health probe. Used by one actor.</summary>
internal sealed class ProbeCheck
{
    private Func<Task> _cancel = static () => Task.CompletedTask;

    /// <summary>Runs it, away from who calls. Never throws.</summary>
    public async Task<HealthReport> RunAsync(IHealthProbe probe)
    {
        using var end = new CancellationTokenSource();
        _cancel = end.CancelAsync;
        try
        {
            await Task.Yield(); // whatever the probe does before its first await, it does not do to the caller
            return await probe.CheckAsync(end.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            return new HealthReport(HealthStatus.Unhealthy, $"the health probe failed: {exception.GetType().Name}");
        }
    }

    /// <summary>
    /// Cancels its token. What the probe has registered there is somebody else's code: it runs away from who calls, and what it throws
    /// ends nothing.
    /// </summary>
    public async Task GiveUpAsync()
    {
        try
        {
            await _cancel().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (ObjectDisposedException)
        {
            // the check has ended meanwhile
        }
    }
}
