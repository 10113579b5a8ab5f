using Kairos.CircuitBreaker;

namespace Kairos.Calls;

/// <summary>One attempt at a stream, from its admission to its end. Used by one consumer.</summary>
internal sealed class StreamAttempt<T>(
    GuardTarget target, CallRun run, StreamOptions<T> options, CallTicket ticket) : IAsyncDisposable
{
    private readonly TimeSpan _begin = target.Runtime.Clock.Now;
    private AttemptToken _token;
    private TimeLimit _limit;
    private IAsyncEnumerator<T>? _elements;
    private long _count;
    private bool _isAccounted;

    /// <summary>Whether there is an element to hand out.</summary>
    public bool HasCurrent { get; private set; }

    /// <summary>The element.</summary>
    public T Current { get; private set; } = default!;

    /// <summary>How it ended; of no meaning while it has not.</summary>
    public CallOutcome<Unit> Outcome { get; private set; }

    /// <summary>Begins the stream and waits for its first element.</summary>
    public async ValueTask StartAsync(Func<CancellationToken, IAsyncEnumerable<T>> call, CancellationToken caller)
    {
        var policy = run.Policy;
        _limit = TimeLimit.Of(policy.StreamFirstElement, TimeLimit.FirstElement)
            .OrShorter(TimeLimit.Of(policy.AttemptTimeout, TimeLimit.AttemptTimeout)).OrShorter(run.TimeLeft);
        var isBounded = !_limit.IsNone || policy.StreamMaxGap != Timeout.InfiniteTimeSpan;
        _token = AttemptToken.Create(target.Runtime.Clock.Provider, isBounded ? Finite(_limit.Left) : _limit.Left, caller);
        try
        {
            _elements = call(_token.Token).GetAsyncEnumerator(_token.Token);
            HasCurrent = await _elements.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await FailAsync(exception, caller).ConfigureAwait(false);
            return;
        }

        await TakeAsync(caller).ConfigureAwait(false);
    }

    /// <summary>Waits for the next element, no longer than the gap allows.</summary>
    public async ValueTask MoveNextAsync(CancellationToken caller)
    {
        try
        {
            _limit = TimeLimit.Of(run.Policy.StreamMaxGap, TimeLimit.MaxGap).OrShorter(run.TimeLeft);
            _token.Rearm(Finite(_limit.Left));
            HasCurrent = await _elements!.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            HasCurrent = false;
            await FailAsync(exception, caller).ConfigureAwait(false);
            return;
        }

        await TakeAsync(caller).ConfigureAwait(false);
    }

    /// <summary>Ends the stream, also where its consumer stops early: then nothing is said about the component. Twice is once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isAccounted)
        {
            _isAccounted = true;
            await OutcomeReporter.CancelAsync(target, ticket).ConfigureAwait(false);
        }

        var (elements, token) = (_elements, _token);
        (_elements, _token) = (null, default);
        try
        {
            if (elements is not null) await elements.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            token.Dispose();
        }
    }

    private async ValueTask TakeAsync(CancellationToken caller)
    {
        if (HasCurrent)
        {
            _count++;
            Current = _elements!.Current;
            _token.Rearm(Timeout.InfiniteTimeSpan); // the consumer's time is not the component's
            return;
        }

        if (Judge() is { } failure)
        {
            await FailAsync(failure, caller).ConfigureAwait(false);
            return;
        }

        _isAccounted = true;
        await OutcomeReporter.SucceedAsync(target, ticket, target.Runtime.Clock.Now - _begin).ConfigureAwait(false);
        Outcome = CallOutcome<Unit>.Success(default);
    }

    private Exception? Judge()
    {
        try
        {
            return options.Judge?.Invoke(_count, Current) is { } error ? new KairosException(error) : null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private async ValueTask FailAsync(Exception exception, CancellationToken caller)
    {
        _isAccounted = true;
        var duration = target.Runtime.Clock.Now - _begin;
        Outcome = await run.FailAsync<Unit>(ticket, exception, duration, _token.HasElapsed ? _limit : null, caller).ConfigureAwait(false);
    }

    /// <summary>A source that must be armed again later has to exist from the beginning.</summary>
    private static TimeSpan Finite(TimeSpan limit) => limit == Timeout.InfiniteTimeSpan ? TimeSpan.FromDays(1) : limit;
}
