using System.Runtime.CompilerServices;
using Kairos.Components;

namespace Kairos.Calls;

/// <content>Calls through a closed circuit with a time limit.</content>
public sealed partial class ComponentGuard
{
    [MethodImpl(MethodImplOptions.NoInlining)] // its frame is not for those who need no time limit
    private ValueTask<TResult> ExecuteTimedAsync<TState, TResult>(
        ComponentCell cell,
        ComponentSnapshot snapshot,
        Func<TState, CancellationToken, ValueTask<TResult>> call,
        TState state,
        CallOptions options,
        CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested) return ExecuteByEngineAsync(call, state, options, cancellation);
        var target = TargetOf(cell);
        var attempt = TimedAttempt.Begin(target, snapshot, cancellation);
        var pending = Begin(call, state, attempt.Token, out var thrown);
        if (thrown is not null) return EndedCall<TResult>.Of(RescueAsync(target, attempt.Fail(target, thrown), call, state, options, cancellation));
        if (!pending.IsCompletedSuccessfully) return AwaitTimedAsync(pending, target, attempt, call, state, options, cancellation);
        attempt.Succeed(target);
        return pending;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TResult> AwaitTimedAsync<TState, TResult>(
        ValueTask<TResult> pending,
        GuardTarget target,
        TimedAttempt attempt,
        Func<TState, CancellationToken, ValueTask<TResult>> call,
        TState state,
        CallOptions options,
        CancellationToken cancellation)
    {
        TResult result;
        try
        {
            result = await pending.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            var failed = attempt.Fail(target, exception);
            return await EndedCall<TResult>.Of(RescueAsync(target, failed, call, state, options, cancellation)).ConfigureAwait(false);
        }

        attempt.Succeed(target);
        return result;
    }
}
