using System.Collections.Concurrent;

namespace Kairos;

/// <summary>
/// Tells an agent whether what it has read from guarded memories, in its own flow and those it began, was the whole truth, so that it can say
/// so. Thread-safe.
/// </summary>
/// <example><code>using var watch = MemoryDegradationScope.Begin(); … if (watch.IsDegraded) prompt += "The memory is unavailable.";</code></example>
public sealed class MemoryDegradationScope : IDisposable
{
    private static readonly AsyncLocal<MemoryDegradationScope?> Ambient = new();
    private readonly ConcurrentQueue<MemoryDegraded> _seen = new();
    private readonly MemoryDegradationScope? _outer = Ambient.Value;

    private MemoryDegradationScope()
    {
    }

    /// <summary>Whether any reading was degraded.</summary>
    public bool IsDegraded => !_seen.IsEmpty;

    /// <summary>The readings that were, in order.</summary>
    public IReadOnlyList<MemoryDegraded> Degraded => [.. _seen];

    /// <summary>Begins to watch the current flow. One that is begun inside another tells both.</summary>
    public static MemoryDegradationScope Begin()
    {
        var watch = new MemoryDegradationScope();
        Ambient.Value = watch;
        return watch;
    }

    /// <summary>Ends it: the flow goes back to the watch around this one.</summary>
    public void Dispose()
    {
        if (ReferenceEquals(Ambient.Value, this)) Ambient.Value = _outer;
    }

    internal static void Tell(MemoryDegraded degraded)
    {
        for (var watch = Ambient.Value; watch is not null; watch = watch._outer) watch._seen.Enqueue(degraded);
    }
}
