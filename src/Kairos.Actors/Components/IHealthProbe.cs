namespace Kairos;

/// <summary>What a health probe found out. Immutable.</summary>
/// <param name="Status">How fit the component is.</param>
/// <param name="Message">Why, for logs; null where there is nothing to say.</param>
public readonly record struct ProbeResult(ComponentHealth Status, string? Message = null);

/// <summary>
/// A check that Kairos runs on a component from time to time, beside the calls. It is never run twice at once, not even when the component is
/// removed and created anew: until a check that heeds no token has ended, the verdict is unhealthy. One that throws, or has not answered in
/// time, has found the component unhealthy.
/// </summary>
public interface IHealthProbe
{
    /// <summary>Looks at the component.</summary>
    /// <param name="cancellationToken">Cancelled when the time is up, or the component is removed; no longer valid when the check has ended.
    /// What is registered on it holds nobody up, and what that throws is nobody's failure.</param>
    ValueTask<ProbeResult> CheckAsync(CancellationToken cancellationToken);
}
