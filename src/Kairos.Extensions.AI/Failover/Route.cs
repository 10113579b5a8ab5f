using Kairos.State;

namespace Kairos.Extensions.AI;

/// <summary>How one call on a route is made.</summary>
/// <param name="Operation">What is done, in a word.</param>
/// <param name="IsRepeated">Whether its guard may repeat it.</param>
/// <param name="GoesPastCircuit">Whether it is made whatever the circuit says.</param>
/// <param name="Errors">Takes what the guard records.</param>
internal readonly record struct CallTerms(string Operation, bool IsRepeated, bool GoesPastCircuit, RouteErrors Errors)
{
    public GuardedCallOptions ForCall(ModelGuardOptions options, CallUsage? usage) => new()
    {
        Operation = Operation,
        IsIdempotent = IsRepeated,
        GoesPastCircuit = GoesPastCircuit,
        Classifier = Errors.Noting(),
        Priority = options.Priority,
        Usage = usage,
    };

    public StreamOptions<T> ForStream<T>(ModelGuardOptions options, CallUsage? usage) => new()
    {
        Operation = Operation,
        IsIdempotent = IsRepeated,
        GoesPastCircuit = GoesPastCircuit,
        Classifier = Errors.Noting(),
        Priority = options.Priority,
        Usage = usage,
        IsRecordedBeneath = ModelUsage.IsEndOfBudget,
    };
}

/// <summary>One of the models that can answer a kind of request. Thread-safe.</summary>
/// <typeparam name="TRequest">What is asked.</typeparam>
/// <typeparam name="TAnswer">What is answered: an answer, or a stream that has its first content.</typeparam>
/// <param name="guard">The model's guard.</param>
/// <param name="weight">Its share beside the others'.</param>
/// <param name="accepts">Whether it can serve a request; null where it can serve any.</param>
/// <param name="call">Makes one guarded call.</param>
internal sealed class Route<TRequest, TAnswer>(
    ModelGuard guard, double weight, Func<TRequest, bool>? accepts, Func<TRequest, CallTerms, CancellationToken, ValueTask<TAnswer>> call)
{
    /// <summary>How long it takes.</summary>
    public LatencyEstimate Latency { get; } = new();

    public string Component => guard.Component;

    public ComponentGuard Guard => guard.Guard;

    public bool IsIdempotent => guard.Options.IsIdempotent;

    public MonotonicClock Clock => Guard.Runtime.Clock;

    public bool Accepts(TRequest request) => accepts?.Invoke(request) != false;

    public RouteView See() => new(Guard.MayAdmit, weight, Latency.Mean);

    /// <summary>When it would be asked again anyway, while its circuit is shut; null where it may not be asked before.</summary>
    public TimeSpan? BackAt => Guard.Snapshot is { } snapshot ? LastResort.BackAt(snapshot, Clock.Now) : null;

    public ValueTask<TAnswer> CallAsync(TRequest request, in CallTerms terms, CancellationToken cancellationToken) => call(request, terms, cancellationToken);

    /// <summary>Whether another model may do better: not where the request itself is wrong.</summary>
    public bool MayPassOn(Exception exception) => exception is CallRejectedException || Classify(exception).Verdict != Verdict.Ignore;

    private KairosError Classify(Exception exception) =>
        JudgedErrors.Of(exception) ?? Guard.Classifier.Classify(exception, new ClassificationContext(Component) { IsIdempotent = IsIdempotent });
}
