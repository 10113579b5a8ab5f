using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Kairos.CircuitBreaker;
using Kairos.State;

namespace Kairos.Calls;

/// <summary>
/// Runs a guarded stream. It counts as success or failure when it ends, not before. Until its first element it is
/// retried like any call; after that its consumer has seen something, and an error is the consumer's to deal with. A consumer that stops
/// early says nothing about the component.
/// </summary>
internal sealed class GuardedStream<TState, T>(
    ComponentGuard guard, StreamOptions<T> options, Func<TState, CancellationToken, IAsyncEnumerable<T>> call, TState state)
{
    public async IAsyncEnumerable<T> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var target = guard.TargetOf(await guard.GetOrCreateAsync(cancellationToken).ConfigureAwait(false));
        var run = new CallRun(target, options, guard.Classifier, cancellationToken);
        using var span = run.StartSpan();
        var (status, rejection) = (CallStatus.Ignored, RejectionReason.None); // unless it comes to an end of its own
        Bulkhead? permit = null;
        try
        {
            (permit, var refused) = await run.EnterAsync<StreamAttempt<T>>().ConfigureAwait(false);
            var opened = refused ?? await run.AttemptsAsync(OpenAsync, this, failed: null).ConfigureAwait(false);
            (status, rejection) = (opened.Status, opened.Rejection);
            if (!opened.IsSuccess) End(run, opened);

            var attempt = opened.Value;
            await using var end = attempt.ConfigureAwait(false);
            status = CallStatus.Ignored;
            while (attempt.HasCurrent)
            {
                yield return attempt.Current;
                if (span is not null) Activity.Current = span; // what it set is gone with each element that was handed out
                await attempt.MoveNextAsync().ConfigureAwait(false);
            }

            status = attempt.Outcome.Status;
            End(run, attempt.Outcome);
        }
        finally
        {
            run.Leave(permit);
            run.Count(status, rejection);
        }
    }

    /// <summary>An attempt has succeeded, for the time being, when there is a first element or a good end.</summary>
    private static async ValueTask<CallOutcome<StreamAttempt<T>>> OpenAsync(CallRun run, GuardedStream<TState, T> stream, CallTicket ticket)
    {
        var attempt = new StreamAttempt<T>(run, stream.Options, ticket);
        await attempt.StartAsync(stream.Begin).ConfigureAwait(false);
        if (attempt.HasCurrent || attempt.Outcome.IsSuccess) return CallOutcome<StreamAttempt<T>>.Success(attempt);
        var failure = attempt.Outcome;
        await attempt.DisposeAsync().ConfigureAwait(false);
        return failure.Error is { } error
            ? CallOutcome<StreamAttempt<T>>.Failed(error, failure.Exception!)
            : CallOutcome<StreamAttempt<T>>.Neutral(failure.Exception!);
    }

    private StreamOptions<T> Options => options;

    private IAsyncEnumerable<T> Begin(CancellationToken token) => call(state, token);

    private static void End<TResult>(CallRun run, in CallOutcome<TResult> outcome)
    {
        run.Conclude(outcome);
        if (outcome.ToException() is { } exception) ExceptionDispatchInfo.Throw(exception);
    }
}

/// <summary>One attempt at a stream, from its admission to its end. Used by one consumer.</summary>
internal sealed class StreamAttempt<T>(CallRun run, StreamOptions<T> options, CallTicket ticket) : IAsyncDisposable
{
    private readonly TimeSpan _begin = run.Target.Runtime.Clock.Now;
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

    private TimeSpan Elapsed => run.Target.Runtime.Clock.Now - _begin;

    /// <summary>Begins the stream and waits for its first element.</summary>
    public ValueTask StartAsync(Func<CancellationToken, IAsyncEnumerable<T>> call)
    {
        var policy = run.Policy;
        _limit = TimeLimit.Of(policy.StreamFirstElement, TimeLimit.FirstElement)
            .OrShorter(TimeLimit.Of(policy.AttemptTimeout, TimeLimit.AttemptTimeout)).OrShorter(run.TimeLeft);
        var isBounded = !_limit.IsNone || policy.StreamMaxGap != Timeout.InfiniteTimeSpan;
        _token = AttemptToken.Create(run.Target.Runtime.Clock.Provider, isBounded ? Finite(_limit.Left) : _limit.Left, run.Caller);
        var strike = run.StrikeAsync(_token.Token);
        return strike.IsCompletedSuccessfully ? OpenAsync(call) : OpenAsync(call, strike);
    }

    private async ValueTask OpenAsync(Func<CancellationToken, IAsyncEnumerable<T>> call, ValueTask strike)
    {
        try
        {
            await strike.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await FailAsync(exception).ConfigureAwait(false);
            return;
        }

        await OpenAsync(call).ConfigureAwait(false);
    }

    private ValueTask OpenAsync(Func<CancellationToken, IAsyncEnumerable<T>> call)
    {
        try
        {
            _elements = call(_token.Token).GetAsyncEnumerator(_token.Token);
            return TakeAsync(_elements.MoveNextAsync());
        }
        catch (Exception exception)
        {
            return FailAsync(exception);
        }
    }

    /// <summary>Waits for the next element, no longer than the gap allows.</summary>
    public ValueTask MoveNextAsync()
    {
        try
        {
            _limit = TimeLimit.Of(run.Policy.StreamMaxGap, TimeLimit.MaxGap).OrShorter(run.TimeLeft);
            _token.Rearm(Finite(_limit.Left));
            return TakeAsync(_elements!.MoveNextAsync());
        }
        catch (Exception exception)
        {
            return FailAsync(exception);
        }
    }

    /// <summary>Ends the stream, also where its consumer stops early: then nothing is said about the component. May be called twice.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isAccounted)
        {
            _isAccounted = true;
            await OutcomeReporter.CancelAsync(run.Target, ticket).ConfigureAwait(false);
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

    /// <summary>Takes an element, or the end. What is there already costs no state machine.</summary>
    private ValueTask TakeAsync(ValueTask<bool> next)
    {
        if (!next.IsCompletedSuccessfully) return AwaitAsync(next);
        HasCurrent = next.Result;
        if (!HasCurrent) return EndAsync();
        if (_count++ == 0 && run.IsUnderAdaptiveLimit) run.Answered(Elapsed); // how long the rest takes is a matter of its length, and of its consumer
        Current = _elements!.Current;
        _token.Rearm(Timeout.InfiniteTimeSpan); // the consumer's time is not the component's
        return default;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask AwaitAsync(ValueTask<bool> pending)
    {
        bool hasNext;
        try
        {
            hasNext = await pending.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await FailAsync(exception).ConfigureAwait(false);
            return;
        }

        await TakeAsync(new ValueTask<bool>(hasNext)).ConfigureAwait(false);
    }

    private async ValueTask EndAsync()
    {
        if (Judge() is { } failure)
        {
            await FailAsync(failure).ConfigureAwait(false);
            return;
        }

        _isAccounted = true;
        var duration = Elapsed;
        if (_count == 0) run.Answered(duration);
        await OutcomeReporter.SucceedAsync(run.Target, ticket, duration).ConfigureAwait(false);
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

    private async ValueTask FailAsync(Exception exception)
    {
        HasCurrent = false;
        _isAccounted = true;
        var duration = Elapsed;
        Outcome = await run.FailAsync<Unit>(new(ticket, exception, duration, _token.HasElapsed ? _limit : null)).ConfigureAwait(false);
    }

    /// <summary>A source that must be armed again later has to exist from the beginning.</summary>
    private static TimeSpan Finite(TimeSpan limit) => limit == Timeout.InfiniteTimeSpan ? TimeSpan.FromDays(1) : limit;
}
