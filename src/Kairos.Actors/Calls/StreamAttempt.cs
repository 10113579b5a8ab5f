using Kairos.Breaking;
using Kairos.Errors;

namespace Kairos.Calls;

/// <summary>One attempt at a stream, from its admission to its end. Used by one consumer.</summary>
internal sealed class StreamAttempt<T>(
    GuardTarget target, CallRun run, StreamOptions<T> options, CallTicket ticket, CancellationToken caller) : IAsyncDisposable
{
    private readonly TimeSpan _begin = target.Runtime.Clock.Now;
    private AttemptToken _token;
    private IAsyncEnumerator<T>? _elements;
    private long _count;
    private bool _isAccounted;

    /// <summary>Whether there is an element to hand out.</summary>
    public bool HasCurrent { get; private set; }

    /// <summary>The element.</summary>
    public T Current { get; private set; } = default!;

    /// <summary>How it ended; of no meaning while it has not.</summary>
    public CallOutcome<Nothing> Outcome { get; private set; }

    /// <summary>Begins the stream and waits for its first element.</summary>
    public async ValueTask StartAsync(Func<CancellationToken, IAsyncEnumerable<T>> call)
    {
        var policy = run.Policy;
        var limit = Limits.Shorter(Limits.Shorter(policy.StreamFirstElement, policy.AttemptTimeout), run.TimeLeft);
        var isBounded = limit != Timeout.InfiniteTimeSpan || policy.StreamMaxGap != Timeout.InfiniteTimeSpan;
        _token = AttemptToken.Create(target.Runtime.Clock.Provider, isBounded ? Finite(limit) : limit, caller);
        try
        {
            _elements = call(_token.Token).GetAsyncEnumerator(_token.Token);
            HasCurrent = await _elements.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await FailAsync(exception).ConfigureAwait(false);
            return;
        }

        await TakeAsync().ConfigureAwait(false);
    }

    /// <summary>Waits for the next element, no longer than the gap allows.</summary>
    public async ValueTask MoveNextAsync(TimeSpan maxGap)
    {
        try
        {
            _token.Rearm(Finite(Limits.Shorter(maxGap, run.TimeLeft)));
            HasCurrent = await _elements!.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            HasCurrent = false;
            await FailAsync(exception).ConfigureAwait(false);
            return;
        }

        await TakeAsync().ConfigureAwait(false);
    }

    /// <summary>Ends the stream, also where its consumer stops early: then nothing is said about the component. Twice is once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isAccounted)
        {
            _isAccounted = true;
            await Accounting.CancelAsync(target, ticket).ConfigureAwait(false);
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

    private async ValueTask TakeAsync()
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
            await FailAsync(failure).ConfigureAwait(false);
            return;
        }

        _isAccounted = true;
        await Accounting.SucceedAsync(target, ticket, target.Runtime.Clock.Now - _begin).ConfigureAwait(false);
        Outcome = CallOutcome<Nothing>.Success(default);
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

    private async ValueTask FailAsync(Exception exception)
    {
        _isAccounted = true;
        var duration = target.Runtime.Clock.Now - _begin;
        Outcome = await run.FailAsync<Nothing>(ticket, exception, duration, _token.HasElapsed, caller).ConfigureAwait(false);
    }

    /// <summary>A source that must be armed again later has to exist from the beginning.</summary>
    private static TimeSpan Finite(TimeSpan limit) => limit == Timeout.InfiniteTimeSpan ? TimeSpan.FromDays(1) : limit;
}
