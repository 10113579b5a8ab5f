using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Kairos.Calls;

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
        CallOutcome<TResult> outcome;
        try
        {
            outcome = _outcome.GetResult();
        }
        catch (Exception exception)
        {
            _core.SetException(exception);
            return;
        }
        finally
        {
            _outcome = default;
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
