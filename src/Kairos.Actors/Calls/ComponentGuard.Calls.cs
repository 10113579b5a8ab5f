using System.Runtime.CompilerServices;
using Kairos.Breaking;
using Kairos.Components;
using static Kairos.Components.ComponentProtocol;

namespace Kairos.Calls;

/// <content>Guarded calls.</content>
public sealed partial class ComponentGuard
{
    /// <summary>
    /// Runs a call under the component's guard: admission, time limits, retries, account. The exception that it ends with is its own, or a
    /// <see cref="CallRejectedException"/> when it was not made.
    /// </summary>
    /// <param name="call">The call. It must heed its token: that is how time limits reach it.</param>
    /// <param name="state">Handed to the call, so that it need not capture anything.</param>
    /// <param name="cancellation">Cancels the call; the component is not blamed for it.</param>
    /// <exception cref="CircuitOpenException">The circuit is open, or all its probe calls are out.</exception>
    /// <exception cref="CallRejectedException">The concurrency limit is reached, or the turn's budget used up.</exception>
    /// <exception cref="ComponentRefusedException">The component could not be created.</exception>
    public ValueTask<TResult> ExecuteAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, CancellationToken cancellation = default) =>
        ExecuteAsync(call, state, CallOptions.Default, cancellation);

    /// <inheritdoc cref="ExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,CancellationToken)"/>
    /// <param name="call">The call.</param>
    /// <param name="state">Handed to the call.</param>
    /// <param name="options">What is special about the call; <see cref="CallOptions{TState,TResult}"/> has fallbacks too.</param>
    /// <param name="cancellation">Cancels the call.</param>
    public ValueTask<TResult> ExecuteAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, CallOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(options);
        if (Cell is not { Snapshot: { IsDirect: true } snapshot } cell || CallBudget.Current is not null || CallTelemetry.HasListeners)
            return ExecuteByEngineAsync(call, state, options, cancellation);
        if (!snapshot.IsPlain) return ExecuteTimedAsync(cell, snapshot, call, state, options, cancellation);

        var pending = Begin(call, state, cancellation, out var thrown);
        if (thrown is not null) return RescuePlainAsync(cell, snapshot, thrown, call, state, options, cancellation);
        if (!pending.IsCompletedSuccessfully)
        {
            return pending.IsFaulted
                ? RescuePlainAsync(cell, snapshot, FaultOf(pending), call, state, options, cancellation)
                : AwaitPlainAsync(pending, cell, snapshot, call, state, options, cancellation);
        }

        if (!Accounting.TrySucceedPlainly(cell, snapshot)) SucceedLate(cell, snapshot);
        return pending;
    }

    /// <summary>Runs a call and tells how it ended: it throws neither the call's exceptions nor rejections, and a rejection costs no garbage.</summary>
    /// <inheritdoc cref="ExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,CancellationToken)" path="/param"/>
    /// <exception cref="ComponentRefusedException">The component could not be created.</exception>
    public ValueTask<CallOutcome<TResult>> TryExecuteAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, CancellationToken cancellation = default) =>
        TryExecuteAsync(call, state, CallOptions.Default, cancellation);

    /// <inheritdoc cref="TryExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,CancellationToken)"/>
    /// <param name="call">The call.</param>
    /// <param name="state">Handed to the call.</param>
    /// <param name="options">What is special about the call; <see cref="CallOptions{TState,TResult}"/> has fallbacks too.</param>
    /// <param name="cancellation">Cancels the call.</param>
    public ValueTask<CallOutcome<TResult>> TryExecuteAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, CallOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(options);
        if (Cell is not { } cell) return CreateAndRunAsync(call, state, options, cancellation);
        var snapshot = cell.Snapshot;
        return IsRejectedAtOnce(cell, snapshot, options, out var retryAfter)
            ? new ValueTask<CallOutcome<TResult>>(CallOutcome<TResult>.Rejected(RejectionReason.CircuitOpen, snapshot, retryAfter))
            : RunAsync(cell, call, state, options, cancellation);
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // its frame is not for those who are rejected
    private ValueTask<CallOutcome<TResult>> RunAsync<TState, TResult>(
        ComponentCell cell, Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, CallOptions options, CancellationToken cancellation) =>
        new CallEngine(TargetOf(cell), options, _classifier).RunAsync(call, state, null, cancellation);

    /// <summary>
    /// Begins a call; what it throws at once is caught. Apart from its caller, because a method that catches keeps all that it knows in memory
    /// instead of registers.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ValueTask<TResult> Begin<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, CancellationToken cancellation, out Exception? thrown)
    {
        try
        {
            thrown = null;
            return call(state, cancellation);
        }
        catch (Exception exception)
        {
            thrown = exception;
            return default;
        }
    }

    /// <summary>What a call ended in that has ended already; an await would have to throw it to tell.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Exception FaultOf<TResult>(ValueTask<TResult> pending) => pending.AsTask().Exception!.InnerException!;

    [MethodImpl(MethodImplOptions.NoInlining)] // its frame is not for those who need no engine
    private ValueTask<TResult> ExecuteByEngineAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, CallOptions options, CancellationToken cancellation) =>
        EndedCall<TResult>.Of(TryExecuteAsync(call, state, options, cancellation));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SucceedLate(ComponentCell cell, ComponentSnapshot snapshot) => Accounting.SucceedLate(TargetOf(cell), snapshot);

    private GuardTarget TargetOf(ComponentCell cell) => new(_runtime, cell);

    /// <summary>An open circuit before its deadline or all probe calls out, and nobody who wants to hear of it: no machinery at all.</summary>
    private bool IsRejectedAtOnce(ComponentCell cell, ComponentSnapshot snapshot, CallOptions options, out TimeSpan? retryAfter)
    {
        retryAfter = null;
        if (snapshot.Circuit == CircuitState.Closed || options.GetType() != typeof(CallOptions) || CallTelemetry.HasListeners) return false;
        if (!snapshot.IsSurelyShut(out retryAfter) && !Admissions.IsShut(snapshot, _runtime.Clock, out retryAfter)) return false;
        cell.Ledger.Rejected.Increment();
        return true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private async ValueTask<TResult> AwaitPlainAsync<TState, TResult>(
        ValueTask<TResult> pending,
        ComponentCell cell,
        ComponentSnapshot snapshot,
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
            return await RescuePlainAsync(cell, snapshot, exception, call, state, options, cancellation).ConfigureAwait(false);
        }

        if (!Accounting.TrySucceedPlainly(cell, snapshot)) SucceedLate(cell, snapshot);
        return result;
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // its frame is not for those who succeed
    private ValueTask<TResult> RescuePlainAsync<TState, TResult>(
        ComponentCell cell,
        ComponentSnapshot snapshot,
        Exception exception,
        Func<TState, CancellationToken, ValueTask<TResult>> call,
        TState state,
        CallOptions options,
        CancellationToken cancellation) =>
        EndedCall<TResult>.Of(RescueAsync(TargetOf(cell), FailedAttempt.Plain(snapshot, exception), call, state, options, cancellation));

    /// <summary>The first attempt failed: from here on it is a call like any other.</summary>
    private ValueTask<CallOutcome<TResult>> RescueAsync<TState, TResult>(
        in GuardTarget target,
        in FailedAttempt failed,
        Func<TState, CancellationToken, ValueTask<TResult>> call,
        TState state,
        CallOptions options,
        CancellationToken cancellation) =>
        new CallEngine(target, options, _classifier).RunAsync(call, state, failed, cancellation);

    /// <summary>The component that a call is made on: whatever becomes of it meanwhile, the call begins and ends with this one.</summary>
    private async ValueTask<ComponentCell> GetOrCreateAsync(CancellationToken cancellation)
    {
        try
        {
            return Cell ?? (await Asking.AskAsync<Created>(_runtime, _supervisor, new Create(Component), CreationTimeout, cancellation).ConfigureAwait(false)).Cell;
        }
        catch (TimeoutException)
        {
            throw new ComponentRefusedException(Component, RefusalReason.Unavailable);
        }
    }

    private static readonly TimeSpan CreationTimeout = TimeSpan.FromSeconds(5);

    private async ValueTask<CallOutcome<TResult>> CreateAndRunAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, CallOptions options, CancellationToken cancellation)
    {
        var cell = await GetOrCreateAsync(cancellation).ConfigureAwait(false);
        return await RunAsync(cell, call, state, options, cancellation).ConfigureAwait(false);
    }
}
