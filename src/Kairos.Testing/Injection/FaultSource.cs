using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Kairos.Components;

namespace Kairos.Testing;

/// <summary>Provokes faults. Each component draws by itself: with a seed the same of its attempts fail each time, whatever others do. Thread-safe.</summary>
internal sealed class FaultSource(Faults faults) : IFaultSource
{
    private readonly ConcurrentDictionary<string, Random> _draws = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async ValueTask StrikeAsync(string component, TimeProvider time, CancellationToken cancellationToken)
    {
        var (delay, fails) = Draw(_draws.GetOrAdd(component, DrawsOf));
        if (delay > TimeSpan.Zero) await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
        if (fails) throw new KairosException(faults.ErrorOf(component));
    }

    public override bool Equals(object? obj) => obj is FaultSource other && other.Asked == faults;

    public override int GetHashCode() => faults.GetHashCode();

    public override string ToString() => faults.ToString();

    private Faults Asked => faults;

    /// <summary>Two numbers for every attempt, whatever becomes of them, so that latency does not change which attempts fail.</summary>
    private (TimeSpan Delay, bool Fails) Draw(Random draws)
    {
        lock (draws)
        {
            var delay = faults.MinLatency + ((faults.MaxLatency - faults.MinLatency) * draws.NextDouble());
            return (delay, draws.NextDouble() < faults.Rate);
        }
    }

    private Random DrawsOf(string component) => faults.Number is { } seed
        ? new Random(seed ^ BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(component))))
        : new Random();
}
