namespace Kairos.Extensions.AI;

/// <summary>Takes each request to the routes that accept it, until one answers. Thread-safe.</summary>
/// <param name="operation">What is done, in a word.</param>
/// <param name="routes">The routes, the preferred one first.</param>
/// <param name="options">Which is asked, and when.</param>
/// <param name="share">How many requests may be hedged, of all that the client is asked.</param>
internal sealed class Router<TRequest, TAnswer>(
    string operation, IReadOnlyList<Route<TRequest, TAnswer>> routes, FailoverOptions options, HedgeShare share)
{
    /// <summary>The first route.</summary>
    public Route<TRequest, TAnswer> First => routes[0];

    /// <summary>Asks.</summary>
    /// <exception cref="NoRouteException">No route accepts the request.</exception>
    /// <exception cref="CallRejectedException">No call was made.</exception>
    /// <exception cref="ModelFailedException">None has answered.</exception>
    public Task<RoutedAnswer<TRequest, TAnswer>> AskAsync(TRequest request, CancellationToken cancellationToken)
    {
        List<Route<TRequest, TAnswer>> accepting = [.. routes.Where(route => route.Accepts(request))];
        if (accepting.Count == 0) throw new NoRouteException([.. routes.Select(route => route.Component)]);
        share.PayIn();
        var order = accepting.Count == 1
            ? [0]
            : RouteChoice.Order(options.Strategy, [.. accepting.Select(route => route.See())], options.Random());
        var hedge = options.Model.IsIdempotent && order.Count > 1 ? options.Hedge : null;
        return new RouteRace<TRequest, TAnswer>([.. order.Select(at => accepting[at])], request, cancellationToken)
        {
            Operation = operation,
            IsIdempotent = options.Model.IsIdempotent,
            RetriesBeforeFailover = options.RetriesBeforeFailover,
            Hedge = hedge,
            Share = share,
            Resorts = options.WhenAllShut == AllRoutesShut.LastResort ? accepting : [],
        }.RunAsync();
    }
}

/// <summary>A request that was answered: by whom, and what failed before. Used by one consumer.</summary>
/// <param name="winner">The call that has answered.</param>
/// <param name="others">The calls that have not.</param>
internal sealed class RoutedAnswer<TRequest, TAnswer>(RouteAttempt<TRequest, TAnswer> winner, IReadOnlyList<RouteAttempt<TRequest, TAnswer>> others) : IDisposable
{
    public TAnswer Answer => winner.Answer;

    public string Component => winner.Route.Component;

    public ComponentGuard Guard => winner.Route.Guard;

    /// <summary>The answer has come to a good end: what others had failed with is made up for.</summary>
    public void Recover()
    {
        foreach (var other in others) other.Errors.Recover();
    }

    /// <summary>The answer is not looked at any more.</summary>
    public void Dispose() => winner.Dispose();
}
