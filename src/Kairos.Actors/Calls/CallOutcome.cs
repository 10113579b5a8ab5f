using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Kairos;

/// <summary>How a guarded call ended, without an exception. Immutable.</summary>
/// <typeparam name="TResult">The type of its result.</typeparam>
public readonly struct CallOutcome<TResult>
{
    private const long NobodyKnows = -1;

    // Outcomes are copied on their way up, so they are kept small: what excludes each other shares a place.
    private readonly TResult _value;
    private readonly object? _end; // the exception of what ended in one, the picture by which a call was rejected, or the budget that it had spent
    private readonly long _retryAfter;
    private readonly byte _status;
    private readonly byte _rejection;

    private CallOutcome(CallStatus status, TResult value, object? end, KairosError? error = null)
    {
        _status = (byte)status;
        _value = value;
        _end = end;
        Error = error;
        _retryAfter = NobodyKnows;
    }

    private CallOutcome(RejectionReason reason, object rejectedBy, TimeSpan? retryAfter)
        : this(CallStatus.Rejected, default!, rejectedBy)
    {
        _rejection = (byte)reason;
        if (retryAfter is { } wait) _retryAfter = wait.Ticks;
    }

    /// <summary>How it ended.</summary>
    public CallStatus Status => (CallStatus)_status;

    /// <summary>Whether it has a result.</summary>
    public bool IsSuccess => Status == CallStatus.Success;

    /// <summary>Whether the result is that of a fallback which declared itself degraded.</summary>
    public bool IsDegraded { get; private init; }

    /// <summary>Why it was not made.</summary>
    public RejectionReason Rejection => (RejectionReason)_rejection;

    /// <summary>When rejected: how long until it is worth trying again; null when nobody can say.</summary>
    public TimeSpan? RetryAfter => Status == CallStatus.Rejected && _retryAfter != NobodyKnows ? new TimeSpan(_retryAfter) : null;

    /// <summary>What went wrong last; null on success, on rejection and when the caller cancelled.</summary>
    public KairosError? Error { get; }

    /// <summary>The exception that the call ended with, where it did.</summary>
    public Exception? Exception => _end as Exception;

    /// <summary>What <c>ExecuteAsync</c> would have thrown: the call's own exception, or a <see cref="CallRejectedException"/>, made anew each
    /// time; null on success.</summary>
    public Exception? ToException() => _end switch
    {
        Exception exception => exception,
        ComponentSnapshot rejectedBy => CallRejectedException.For(rejectedBy, Rejection, RetryAfter),
        Unaffordable call => new CallRejectedException(call.Component, call.Spent),
        _ => null,
    };

    /// <summary>The result.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public TResult Value => IsSuccess ? _value : throw new InvalidOperationException($"The call has no result: {Status}.");

    internal static CallOutcome<TResult> Success(TResult value, bool isDegraded = false) =>
        new(CallStatus.Success, value, null) { IsDegraded = isDegraded };

    internal static CallOutcome<TResult> Failed(KairosError error, Exception exception) =>
        new(error.Verdict == Verdict.Ignore ? CallStatus.Ignored : CallStatus.Failure, default!, exception, error);

    /// <summary>It says nothing about the component: its caller cancelled, or another component failed.</summary>
    internal static CallOutcome<TResult> Neutral(Exception exception) => new(CallStatus.Ignored, default!, exception);

    internal static CallOutcome<TResult> Cancelled(CancellationToken caller) => Neutral(new OperationCanceledException(caller));

    internal static CallOutcome<TResult> Rejected(RejectionReason reason, ComponentSnapshot snapshot, TimeSpan? retryAfter = null) =>
        new(reason, snapshot, retryAfter);

    internal static CallOutcome<TResult> Rejected(SpentLimit spent, ComponentSnapshot snapshot) =>
        new(RejectionReason.BudgetExhausted, new Unaffordable(snapshot.Component, spent), null);
}

/// <summary>A call that the turn's budget does not allow any more.</summary>
internal sealed record Unaffordable(string Component, SpentLimit Spent);

/// <summary>
/// What a caller awaits who wants the result or the exception, not the outcome. An asynchronous method can only end in an exception by throwing
/// it, and throwing costs more than all the rest: this hands it to the caller's own await, which throws it for the first time. Pooled.
/// </summary>
internal sealed class OutcomeValueTaskSource<TResult> : IValueTaskSource<TResult>
{
    private const int MostPooled = 256;
    private static readonly ConcurrentQueue<OutcomeValueTaskSource<TResult>> Pool = new();
    private static int _pooled;

    private readonly Action _continue;
    private ManualResetValueTaskSourceCore<TResult> _core;
    private ConfiguredValueTaskAwaitable<CallOutcome<TResult>>.ConfiguredValueTaskAwaiter _outcome;

    private OutcomeValueTaskSource() => _continue = Continue;

    /// <summary>The result or the exception of a call.</summary>
    public static ValueTask<TResult> Of(ValueTask<CallOutcome<TResult>> pending)
    {
        if (pending.IsCompletedSuccessfully)
        {
            var outcome = pending.Result;
            if (outcome.IsSuccess) return new ValueTask<TResult>(outcome.Value);
            var ended = Rent();
            ended.End(outcome);
            return new ValueTask<TResult>(ended, ended._core.Version);
        }

        var call = Rent();
        var result = new ValueTask<TResult>(call, call._core.Version);
        call._outcome = pending.ConfigureAwait(false).GetAwaiter();
        if (call._outcome.IsCompleted) call.Continue();
        else call._outcome.UnsafeOnCompleted(call._continue);
        return result;
    }

    private static OutcomeValueTaskSource<TResult> Rent()
    {
        if (!Pool.TryDequeue(out var call)) return new OutcomeValueTaskSource<TResult>();
        Interlocked.Decrement(ref _pooled);
        return call;
    }

    private void Continue()
    {
        var awaiter = _outcome;
        _outcome = default; // before anything is told: who hears it may give this back, and somebody else begin with it
        CallOutcome<TResult> outcome;
        try
        {
            outcome = awaiter.GetResult();
        }
        catch (Exception exception)
        {
            _core.SetException(exception);
            return;
        }

        End(outcome);
    }

    private void End(in CallOutcome<TResult> outcome)
    {
        if (outcome.IsSuccess) _core.SetResult(outcome.Value);
        else _core.SetException(outcome.ToException()!);
    }

    TResult IValueTaskSource<TResult>.GetResult(short token)
    {
        _core.GetStatus(token); // throws for whom it does not belong to any more, and nothing is given back twice
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            if (Interlocked.Increment(ref _pooled) <= MostPooled) Pool.Enqueue(this);
            else Interlocked.Decrement(ref _pooled);
        }
    }

    ValueTaskSourceStatus IValueTaskSource<TResult>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<TResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
