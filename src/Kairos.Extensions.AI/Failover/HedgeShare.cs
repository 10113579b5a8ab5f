namespace Kairos.Extensions.AI;

/// <summary>Keeps hedges to a share of requests: each request pays in its share, each hedge takes one. Shared by all requests of a client. Thread-safe.</summary>
/// <param name="share">The share.</param>
internal sealed class HedgeShare(double share)
{
    private const double Most = 10;
    private const double Whole = 1 - 1e-9; // twenty times a twentieth are one
    private readonly Lock _lock = new();
    private double _saved;

    /// <summary>A request has come.</summary>
    public void PayIn()
    {
        lock (_lock) _saved = Math.Min(Most, _saved + share);
    }

    /// <summary>Takes one hedge, if there is one.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            if (_saved < Whole) return false;
            _saved = Math.Max(0, _saved - 1);
            return true;
        }
    }
}
