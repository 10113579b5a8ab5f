namespace Kairos;

/// <summary>What a reader of a memory that is not to be had gets.</summary>
public enum UnavailableMemory
{
    /// <summary>Nothing found, and a signal that this is not the whole truth: <see cref="MemoryDegraded"/>.</summary>
    Empty,

    /// <summary>The exception.</summary>
    Error,
}

/// <summary>What is special about a guarded memory. Immutable and thread-safe. Time limits, retries and the breaker are the component's
/// settings, not these.</summary>
public sealed record MemoryGuardOptions
{
    /// <summary>Nothing special.</summary>
    public static readonly MemoryGuardOptions Default = new();

    /// <summary>
    /// What readers get when the circuit is open or the memory has failed for good. Default <see cref="UnavailableMemory.Empty"/>. What the
    /// caller got wrong stays an exception either way, and so does everything that writes: what was not stored must not look stored.
    /// </summary>
    public UnavailableMemory WhenUnavailable { get; init; }

    /// <summary>Told of every reading that was degraded, besides <see cref="MemoryDegradationScope"/>. Must not throw.</summary>
    public Action<MemoryDegraded>? OnDegraded { get; init; }

    /// <summary>Whether what is written may be written twice without harm, as records with keys of their own may. Default false: a store that
    /// makes up the keys itself would hold it twice.</summary>
    public bool WritesAreIdempotent { get; init; }

    /// <summary>Turns exceptions into errors, with <see cref="AgentErrors.ForAgents"/> added. Default: the classifier of Kairos' options.</summary>
    public ErrorClassifier? Classifier { get; init; }
}

/// <summary>A reading of a memory that gave less than it should have. Immutable.</summary>
/// <param name="Component">The memory's component.</param>
/// <param name="Operation">What was to be done, for example <c>search</c>.</param>
/// <param name="Cause">What it failed with. Null, or a <see cref="Kairos.CallRejectedException"/>, where it was not called.</param>
public sealed record MemoryDegraded(string Component, string Operation, Exception? Cause);
