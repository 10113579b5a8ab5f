using System.Security.Cryptography;
using System.Text;
using Kairos;
using KairosAgent.Settings;

namespace KairosAgent.Faults;

/// <summary>
/// Provokes the faults of one component, in front of what it really does, so that its guard sees them as it would see real ones. With a seed
/// the same calls fail each time, whatever other components do meanwhile. Thread-safe.
/// </summary>
internal sealed class FaultSource
{
    private readonly Lock _lock = new();
    private readonly string _component;
    private readonly Fault _fault;
    private readonly TimeProvider _time;
    private readonly Random _random;

    public FaultSource(string component, Fault fault, int? seed, TimeProvider time)
    {
        (_component, _fault, _time) = (component, fault, time);
        var own = BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(component)));
        _random = seed is { } number ? new Random(number ^ own) : new Random();
    }

    /// <summary>Holds a call up, and may let it fail.</summary>
    /// <exception cref="KairosException">The call fails.</exception>
    public async Task StrikeAsync(CancellationToken cancellationToken)
    {
        var (delay, fails) = Draw();
        if (delay > TimeSpan.Zero) await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(false);
        if (!fails) return;
        var code = _fault.CodeFor(_component);
        throw new KairosException(new KairosError(code, "A fault that kairos.faults asks for.") { RetryAfter = _fault.RetryAfter });
    }

    /// <summary>Two numbers for every call, whatever becomes of them, so that latency does not change which calls fail.</summary>
    private (TimeSpan Delay, bool Fails) Draw()
    {
        lock (_lock)
        {
            var delay = _fault.MinLatency + ((_fault.MaxLatency - _fault.MinLatency) * _random.NextDouble());
            return (delay, _random.NextDouble() < _fault.ErrorRate);
        }
    }
}
