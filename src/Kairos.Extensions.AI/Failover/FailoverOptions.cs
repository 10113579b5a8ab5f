namespace Kairos;

/// <summary>What is special about a failover. Immutable and thread-safe.</summary>
public sealed record FailoverOptions
{
    /// <summary>Nothing special.</summary>
    public static readonly FailoverOptions Default = new();

    /// <summary>What holds for each of the models.</summary>
    public ModelGuardOptions Model { get; init; } = ModelGuardOptions.Default;

    /// <summary>Whether a model that failed is tried again before the next one is asked. Default false: the next one is the retry, and it
    /// need not be waited for. The last model is retried as its component's settings say.</summary>
    public bool RetriesBeforeFailover { get; init; }
}
