namespace Kairos.Extensions.AI;

/// <summary>One guarded call on a route while a request is on its way. It ends without an exception: how it ended is told by its properties.</summary>
internal sealed class RouteAttempt<TRequest, TAnswer> : IDisposable
{
    /// <summary>How long a call that was given up is waited for at most before it is left to itself.</summary>
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource? _own;
    private readonly TimeSpan _begin;

    private RouteAttempt(Route<TRequest, TAnswer> route, TRequest request, AttemptKind kind, CancellationToken caller)
    {
        (Route, _begin, Errors) = (route, route.Clock.Now, new RouteErrors(route.Guard));
        if (kind.MayBeGivenUp) _own = CancellationTokenSource.CreateLinkedTokenSource(caller);
        Ended = RunAsync(request, new CallTerms(kind.Operation, kind.IsRepeated, kind.GoesPastCircuit, Errors), _own?.Token ?? caller);
    }

    public Route<TRequest, TAnswer> Route { get; }

    public RouteErrors Errors { get; }

    /// <summary>Completes when it has ended, always well.</summary>
    public Task Ended { get; }

    /// <summary>What it ended with; null where it has answered, or not ended.</summary>
    public Exception? Failure { get; private set; }

    public TAnswer Answer { get; private set; } = default!;

    public bool HasAnswered => Ended.IsCompleted && Failure is null;

    private TimeSpan Elapsed => Route.Clock.Now - _begin;

    /// <summary>Begins a call.</summary>
    /// <param name="route">Where.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="kind">What it is like.</param>
    /// <param name="caller">The caller's token.</param>
    public static RouteAttempt<TRequest, TAnswer> Start(Route<TRequest, TAnswer> route, TRequest request, AttemptKind kind, CancellationToken caller) =>
        new(route, request, kind, caller);

    /// <summary>Another one was faster: it is cancelled, and waited for in the background. Its component is not blamed.</summary>
    public void GiveUp()
    {
        Route.Latency.GivenUp(Elapsed, Route.Clock.Now);
        _ = RetireAsync();
    }

    public void Dispose() => _own?.Dispose();

    private async Task RunAsync(TRequest request, CallTerms terms, CancellationToken cancellationToken)
    {
        try
        {
            Answer = await Route.CallAsync(request, terms, cancellationToken).ConfigureAwait(false);
            Route.Latency.Answered(Elapsed, Route.Clock.Now);
        }
        catch (Exception exception)
        {
            Failure = exception;
        }
    }

    private async Task RetireAsync()
    {
        try
        {
            await (_own?.CancelAsync() ?? Task.CompletedTask).ConfigureAwait(false);
            await Ended.WaitAsync(LongestFarewell, Route.Clock.Provider).ConfigureAwait(false);
            if (HasAnswered && Answer is IAsyncDisposable stream) await stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Nobody waits for it any more: neither for what somebody has registered on its token, nor for a stream that does not want to end.
        }
        finally
        {
            Dispose();
        }
    }
}

/// <summary>What a call on a route is like.</summary>
/// <param name="Operation">What is done, in a word.</param>
/// <param name="IsRepeated">Whether its guard may repeat it.</param>
/// <param name="MayBeGivenUp">Whether another one may be faster.</param>
/// <param name="GoesPastCircuit">Whether it is made whatever the circuit says.</param>
internal readonly record struct AttemptKind(string Operation, bool IsRepeated, bool MayBeGivenUp, bool GoesPastCircuit = false);
