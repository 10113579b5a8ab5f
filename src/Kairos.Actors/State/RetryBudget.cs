namespace Kairos.State;

/// <summary>
/// Keeps retries to a share of a component's calls (after Finagle's RetryBudget): every call deposits its share, every retry takes one. A few
/// are there from the start, so that a component with little traffic can retry at all. Shared by all callers; looked at by retries only.
/// </summary>
internal sealed class RetryBudget
{
    private const double Initial = 10;
    private const double Most = 100;
    private readonly Lock _lock = new();
    private double _tokens = Initial;
    private long _callsSeen;
    private long _made;

    /// <summary>Retries that were made.</summary>
    public long Made => Volatile.Read(ref _made);

    /// <summary>Takes one retry, if there is one.</summary>
    /// <param name="calls">How many calls the component has had in all.</param>
    /// <param name="share">The share of them that may be retries; 0 means no limit.</param>
    public bool TryTake(long calls, double share)
    {
        lock (_lock)
        {
            if (share == 0)
            {
                _made++;
                return true;
            }

            _tokens = Math.Min(Most, _tokens + ((calls - _callsSeen) * share));
            _callsSeen = calls;
            if (_tokens < 1) return false;
            _tokens--;
            _made++;
            return true;
        }
    }
}
