namespace Kairos.Components;

/// <summary>
/// Lets one check of a probe run at a time, whoever asks for it: the check of an actor that was stopped, or of a component that was removed, may
/// heed no token and go on. There is one for each component that is given a probe, and it outlives both. Thread-safe.
/// </summary>
internal sealed class SingleProbe(IHealthProbe probe) : IHealthProbe
{
    private bool _isRunning;

    public async ValueTask<ProbeResult> CheckAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isRunning, true)) return new ProbeResult(ComponentHealth.Unhealthy, "the health probe's last check has not ended");
        try
        {
            return await probe.CheckAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _isRunning, false);
        }
    }
}
