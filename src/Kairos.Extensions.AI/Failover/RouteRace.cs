namespace Kairos.Extensions.AI;

/// <summary>
/// One request on its way: from route to route as long as they fail, and with one hedge beside a call that is slow. It ends with the first answer. Used by
/// one flow.
/// </summary>
/// <param name="ahead">The routes that it may go to, in order; at least one.</param>
/// <param name="request">The request.</param>
/// <param name="caller">The caller's token.</param>
internal sealed class RouteRace<TRequest, TAnswer>(List<Route<TRequest, TAnswer>> ahead, TRequest request, CancellationToken caller)
{
    private readonly List<RouteAttempt<TRequest, TAnswer>> _running = [];
    private readonly List<RouteAttempt<TRequest, TAnswer>> _failed = [];
    private RouteAttempt<TRequest, TAnswer>? _lastMade; // it tells more than that another one was not called
    private bool _hasHedged;
    private bool _hasResorted;

    public required string Operation { get; init; }

    public required bool IsIdempotent { get; init; }

    public required bool RetriesBeforeFailover { get; init; }

    /// <summary>When it may be hedged; null for never.</summary>
    public required HedgeOptions? Hedge { get; init; }

    public required HedgeShare Share { get; init; }

    /// <summary>The routes of which one is asked although its circuit is shut, where all are.</summary>
    public required IReadOnlyList<Route<TRequest, TAnswer>> Resorts { get; init; }

    public async Task<RoutedAnswer<TRequest, TAnswer>> RunAsync()
    {
        Start(0);
        while (true)
        {
            var ended = await NextEndAsync().ConfigureAwait(false);
            _running.Remove(ended);
            if (ended.Failure is not { } failure) return Win(ended);
            ended.Dispose();
            if (caller.IsCancellationRequested || !ended.Route.MayPassOn(failure)) return End(ended);
            _failed.Add(ended);
            if (failure is not CallRejectedException) _lastMade = ended;
            if (_running.Count > 0 || TryNext()) continue;
            return End(_lastMade ?? _failed[0]);
        }
    }

    private RoutedAnswer<TRequest, TAnswer> Win(RouteAttempt<TRequest, TAnswer> winner)
    {
        foreach (var loser in _running) loser.GiveUp();
        return new RoutedAnswer<TRequest, TAnswer>(winner, [.. _failed, .. _running]);
    }

    /// <summary>Nobody answers: the caller is told why.</summary>
    private RoutedAnswer<TRequest, TAnswer> End(RouteAttempt<TRequest, TAnswer> told)
    {
        foreach (var other in _running) other.GiveUp();
        ModelFailures.Throw(told.Failure!, null, told.Route.Guard, caller);
        throw told.Failure!; // never here
    }

    private bool TryNext()
    {
        if (ahead.Count > 0)
        {
            Start(0);
            return true;
        }

        return _lastMade is null && !_hasResorted && TryResort();
    }

    /// <summary>Takes a route that is ahead.</summary>
    private void Start(int at)
    {
        var route = ahead[at];
        ahead.RemoveAt(at);
        var isRepeated = IsIdempotent && (ahead.Count == 0 || RetriesBeforeFailover);
        Start(route, new AttemptKind(Operation, isRepeated, MayBeGivenUp: Hedge is not null));
    }

    private void Start(Route<TRequest, TAnswer> route, AttemptKind kind) =>
        _running.Add(RouteAttempt<TRequest, TAnswer>.Start(route, request, kind, caller));

    /// <summary>Goes past a circuit, where all circuits are shut and nobody has been called.</summary>
    private bool TryResort()
    {
        if (!_failed.TrueForAll(attempt => attempt.Failure is CircuitOpenException)) return false;
        _hasResorted = true;
        if (LastResort.Choose([.. Resorts.Select(route => route.BackAt)]) is not { } at) return false;
        Start(Resorts[at], new AttemptKind(Operation, IsRepeated: false, MayBeGivenUp: false, GoesPastCircuit: true));
        return true;
    }

    /// <summary>Waits until a call ends, and has another one begin meanwhile where that is time.</summary>
    private async ValueTask<RouteAttempt<TRequest, TAnswer>> NextEndAsync()
    {
        if (_running is [var slow] && !slow.Ended.IsCompleted && TimeToHedge(slow.Route) is { } delay) await HedgeAfterAsync(slow, delay).ConfigureAwait(false);
        if (_running is [var only])
        {
            await only.Ended.ConfigureAwait(false);
            return only;
        }

        await Task.WhenAny(_running.Select(attempt => attempt.Ended)).ConfigureAwait(false);
        return _running.Find(attempt => attempt.HasAnswered) ?? _running.Find(attempt => attempt.Ended.IsCompleted)!;
    }

    private TimeSpan? TimeToHedge(Route<TRequest, TAnswer> route) =>
        _hasHedged || ahead.Count == 0 || Hedge is null ? null : Hedge.After ?? route.Latency.Percentile(Hedge.Percentile);

    private async ValueTask HedgeAfterAsync(RouteAttempt<TRequest, TAnswer> slow, TimeSpan delay)
    {
        await slow.Ended.WaitAsync(delay, slow.Route.Clock.Provider, caller).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (slow.Ended.IsCompleted || caller.IsCancellationRequested) return;
        _hasHedged = true;
        var next = ahead.FindIndex(route => route.Guard.MayAdmit);
        if (next >= 0 && CallBudget.Current is not { AttemptsLeft: 0 } && Share.TryTake()) Start(next);
    }
}
