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

    /// <summary>Which model is asked first. Default: the first in order whose circuit lets calls through.</summary>
    public RouteStrategy Strategy { get; init; }

    /// <summary>What becomes of a request when no circuit lets it through. Default: it is refused.</summary>
    public AllRoutesShut WhenAllShut { get; init; }

    /// <summary>When a slow model is joined by the next one; null (default) for never. A request that may not be sent again
    /// (<see cref="ModelGuardOptions.IsIdempotent"/>) is never hedged.</summary>
    public HedgeOptions? Hedge { get; init; }

    /// <summary>Where a choice by chance takes its numbers in [0, 1) from; called by many threads at once.</summary>
    internal Func<double> Random { get; init; } = System.Random.Shared.NextDouble;
}

/// <summary>Which of several models is asked first, among those whose circuits let calls through. The others follow where it fails.</summary>
public enum RouteStrategy
{
    /// <summary>The first in order.</summary>
    Ordered,

    /// <summary>By chance, each in proportion to its weight (<see cref="ModelRoute.Weight"/>). The share of one whose circuit is open goes to the others.</summary>
    Weighted,

    /// <summary>The one that has answered fastest of late: to its first content where it streams, to its whole answer otherwise. The others are tried now and
    /// then, as often as costs a few percent of the time: so it is noticed when one has become better.</summary>
    LeastLatency,
}

/// <summary>What becomes of a request when the circuits of all models that accept it are shut.</summary>
public enum AllRoutesShut
{
    /// <summary>It is refused with a <see cref="CircuitOpenException"/>.</summary>
    Refuse,

    /// <summary>It goes once to the model whose circuit would let probe calls through soonest, past that circuit: its limits hold, and how it ends is
    /// counted. It never goes to one that is isolated, nor to one whose provider has asked for time that has not passed; where all are such, it is
    /// refused.</summary>
    LastResort,
}
