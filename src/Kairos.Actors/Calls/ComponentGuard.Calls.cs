using System.Runtime.CompilerServices;
using Kairos.Calls;
using Kairos.CircuitBreaker;
using Kairos.State;
using static Kairos.ComponentProtocol;

namespace Kairos;

/// <content>
/// Guarded calls. Methods that are not inlined keep the stack frame of the fast way small: a larger one costs it a third more.
/// </content>
public sealed partial class ComponentGuard
{
    /// <summary>
    /// Runs a call under the component's guard: admission, time limits, retries, account. The exception that it ends with is its own, or a
    /// <see cref="CallRejectedException"/> when it was not made.
    /// </summary>
    /// <param name="call">The call. It must heed its token: that is how time limits reach it.</param>
    /// <param name="state">Handed to the call, so that it need not capture anything.</param>
    /// <param name="cancellationToken">Cancels the call; the component is not blamed for it.</param>
    /// <exception cref="CircuitOpenException">The circuit is open, or all its probe calls are out.</exception>
    /// <exception cref="CallRejectedException">The concurrency limit is reached, or the turn's budget used up.</exception>
    /// <exception cref="ComponentRefusedException">The component could not be created.</exception>
    public ValueTask<TResult> ExecuteAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, CancellationToken cancellationToken = default) =>
        ExecuteAsync(call, state, GuardedCallOptions.Default, cancellationToken);

    /// <inheritdoc cref="ExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,CancellationToken)"/>
    /// <param name="call">The call.</param>
    /// <param name="state">Handed to the call.</param>
    /// <param name="options">What is special about the call; <see cref="GuardedCallOptions{TState,TResult}"/> has fallbacks too.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public ValueTask<TResult> ExecuteAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, GuardedCallOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(options);
        if (!ReferenceEquals(options, GuardedCallOptions.Default)) options.RequireFit<TState, TResult>();
        if (Handle is not { Snapshot: { IsDirect: true } snapshot } handle
            || cancellationToken.IsCancellationRequested || CallBudget.Current is not null || CallTelemetry.HasListeners)
            return ExecuteByEngineAsync(call, state, options, cancellationToken);
        if (!snapshot.IsPlain) return ExecuteLimitedAsync(handle, snapshot, call, state, options, cancellationToken);

        var pending = Begin(call, state, cancellationToken, out var thrown);
        return thrown is null && pending.IsCompletedSuccessfully && OutcomeReporter.TrySucceed(handle, snapshot)
            ? pending
            : FinishPlainAsync(handle, snapshot, pending, thrown, call, state, options, cancellationToken);
    }

    /// <summary>Runs a call and tells how it ended: it throws neither the call's exceptions nor rejections, and a rejection costs no garbage.</summary>
    /// <inheritdoc cref="ExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,CancellationToken)" path="/param"/>
    /// <exception cref="ComponentRefusedException">The component could not be created.</exception>
    public ValueTask<CallOutcome<TResult>> TryExecuteAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, CancellationToken cancellationToken = default) =>
        TryExecuteAsync(call, state, GuardedCallOptions.Default, cancellationToken);

    /// <inheritdoc cref="TryExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,CancellationToken)"/>
    /// <param name="call">The call.</param>
    /// <param name="state">Handed to the call.</param>
    /// <param name="options">What is special about the call; <see cref="GuardedCallOptions{TState,TResult}"/> has fallbacks too.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public ValueTask<CallOutcome<TResult>> TryExecuteAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, GuardedCallOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(options);
        options.RequireFit<TState, TResult>();
        if (Handle is not { } handle) return CreateAndRunAsync(call, state, options, cancellationToken);
        var snapshot = handle.Snapshot;
        if (snapshot.IsPlain && !cancellationToken.IsCancellationRequested && CallBudget.Current is null && !CallTelemetry.HasListeners)
            return TryPlainAsync(handle, snapshot, call, state, options, cancellationToken);
        return IsRejectedAtOnce(handle, snapshot, options, out var retryAfter)
            ? new ValueTask<CallOutcome<TResult>>(CallOutcome<TResult>.Rejected(RejectionReason.CircuitOpen, snapshot, retryAfter))
            : RunAsync(handle, call, state, options, cancellationToken);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<CallOutcome<TResult>> RunAsync<TState, TResult>(
        ComponentHandle handle, Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, GuardedCallOptions options, CancellationToken cancellationToken) =>
        new CallRun(TargetOf(handle), options, Classifier, cancellationToken).RunAsync(call, state, failed: null);

    /// <summary>Makes the first attempt on the spot, through a closed circuit and without limits.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<CallOutcome<TResult>> TryPlainAsync<TState, TResult>(
        ComponentHandle handle,
        ComponentSnapshot snapshot,
        Func<TState, CancellationToken, ValueTask<TResult>> call,
        TState state,
        GuardedCallOptions options,
        CancellationToken cancellationToken)
    {
        var pending = Begin(call, state, cancellationToken, out var thrown);
        return thrown is null && pending.IsCompletedSuccessfully && OutcomeReporter.TrySucceed(handle, snapshot)
            ? new ValueTask<CallOutcome<TResult>>(CallOutcome<TResult>.Success(pending.Result))
            : TryFinishAsync(new Begun<TState, TResult>(TargetOf(handle), call, state, options, cancellationToken), new(snapshot.Sequence, 0), pending, thrown);
    }

    /// <summary>Accounts for it. If it failed, it is from here on a call like any other.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CallOutcome<TResult>> TryFinishAsync<TState, TResult>(
        Begun<TState, TResult> call, CallTicket ticket, ValueTask<TResult> pending, Exception? thrown)
    {
        var result = default(TResult)!;
        try
        {
            if (thrown is null) result = await pending.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            thrown = exception;
        }

        if (thrown is not null) return await RunOf(call).RunAsync(call.Call, call.State, new FailedAttempt(ticket, thrown)).ConfigureAwait(false);
        OutcomeReporter.Succeed(call.Target, ticket, null);
        return CallOutcome<TResult>.Success(result);
    }

    private CallRun RunOf<TState, TResult>(in Begun<TState, TResult> call, TimeSpan? begin = null) =>
        new(call.Target, call.Options, Classifier, call.Caller, begin);

    /// <summary>
    /// Begins a call; what it throws at once is caught. Apart from its caller, because a method that catches keeps all that it knows in memory
    /// instead of registers.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ValueTask<TResult> Begin<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, CancellationToken cancellationToken, out Exception? thrown)
    {
        try
        {
            thrown = null;
            return call(state, cancellationToken);
        }
        catch (Exception exception)
        {
            thrown = exception;
            return default;
        }
    }

    /// <summary>The exception of a call that has failed already, without throwing it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Exception FaultOf<TResult>(ValueTask<TResult> pending) => pending.AsTask().Exception!.InnerException!;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<TResult> ExecuteByEngineAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, GuardedCallOptions options, CancellationToken cancellationToken) =>
        OutcomeValueTaskSource<TResult>.Of(TryExecuteAsync(call, state, options, cancellationToken));

    private ComponentHandle? Handle => _handle is { IsRetired: false } known ? known : Find();

    [MethodImpl(MethodImplOptions.NoInlining)] // not for the fast way
    private ComponentHandle? Find() => _handle = Runtime.Registry.Find(Component);

    internal GuardTarget TargetOf(ComponentHandle handle) => new(Runtime, handle);

    /// <summary>An open circuit before its deadline or all probe calls out, and nobody who wants to hear of it: no machinery at all.</summary>
    private bool IsRejectedAtOnce(ComponentHandle handle, ComponentSnapshot snapshot, GuardedCallOptions options, out TimeSpan? retryAfter)
    {
        retryAfter = null;
        if (snapshot.Circuit == CircuitStatus.Closed || snapshot.Settings.Call.MeasureDuration || CallTelemetry.HasListeners) return false;
        if (options.GetType() != typeof(GuardedCallOptions) || options.GoesPastCircuit) return false;
        if (!snapshot.IsSurelyShut(out retryAfter) && !AdmissionControl.IsShut(snapshot, Runtime.Clock, out retryAfter)) return false;
        handle.Ledger.RejectedFor(RejectionReason.CircuitOpen).Increment();
        return true;
    }

    /// <summary>Whether tokens have to be known before a call: the component limits them, or may do so since it has not been made yet.</summary>
    internal bool LimitsTokens => Handle is not { Snapshot: var snapshot } || snapshot.Settings.Call.Rate is { Tokens: > 0 } or { Learn: true };

    /// <summary>Whether what the provider tells of its limits is to be learned.</summary>
    internal bool LearnsLimits => Handle is { Snapshot.Settings.Call.Rate.Learn: true };

    /// <summary>Whether a turn's budget wants to know what a call has used.</summary>
    internal static bool HasBudget => CallBudget.Current is not null;

    /// <summary>Whether a call would be admitted now. It may have changed when you read it.</summary>
    internal bool MayAdmit => Handle is not { Snapshot: var snapshot } || !AdmissionControl.IsShut(snapshot, Runtime.Clock, out _);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<TResult> ExecuteLimitedAsync<TState, TResult>(
        ComponentHandle handle,
        ComponentSnapshot snapshot,
        Func<TState, CancellationToken, ValueTask<TResult>> call,
        TState state,
        GuardedCallOptions options,
        CancellationToken cancellationToken)
    {
        var attempt = Attempt.Begin(Runtime.Clock, new(snapshot.Sequence, 0), TimeLimit.OfFirstAttempt(snapshot.Settings.Call), cancellationToken);
        var pending = Begin(call, state, attempt.Token, out var thrown);
        if (thrown is null && pending.IsCompletedSuccessfully)
        {
            Succeed(TargetOf(handle), attempt);
            return pending;
        }

        return FinishAsync(new Begun<TState, TResult>(TargetOf(handle), call, state, options, cancellationToken), attempt, pending, thrown);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<TResult> FinishPlainAsync<TState, TResult>(
        ComponentHandle handle,
        ComponentSnapshot snapshot,
        ValueTask<TResult> pending,
        Exception? thrown,
        Func<TState, CancellationToken, ValueTask<TResult>> call,
        TState state,
        GuardedCallOptions options,
        CancellationToken cancellationToken) =>
        FinishAsync(new Begun<TState, TResult>(TargetOf(handle), call, state, options, cancellationToken), Attempt.Plain(new(snapshot.Sequence, 0)), pending, thrown);

    /// <summary>Accounts for a first attempt that was made on the spot. If it failed, it is from here on a call like any other.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<TResult> FinishAsync<TState, TResult>(in Begun<TState, TResult> call, in Attempt attempt, ValueTask<TResult> pending, Exception? thrown)
    {
        if (thrown is not null || pending.IsFaulted) return RescueAsync(call, attempt.Fail(thrown ?? FaultOf(pending)));
        if (!pending.IsCompletedSuccessfully) return AwaitAsync(call, attempt, pending);
        Succeed(call.Target, attempt);
        return pending;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TResult> AwaitAsync<TState, TResult>(Begun<TState, TResult> call, Attempt attempt, ValueTask<TResult> pending)
    {
        TResult result;
        try
        {
            result = await pending.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            return await RescueAsync(call, attempt.Fail(exception)).ConfigureAwait(false);
        }

        Succeed(call.Target, attempt);
        return result;
    }

    private static void Succeed(in GuardTarget target, in Attempt attempt)
    {
        OutcomeReporter.Succeed(target, attempt.Ticket, attempt.End(target.Handle.Snapshot.Settings.Breaker.NeedsDurations));
    }

    private ValueTask<TResult> RescueAsync<TState, TResult>(in Begun<TState, TResult> call, in FailedAttempt failed) => OutcomeValueTaskSource<TResult>.Of(
        RunOf(call, failed.Begin).RunAsync(call.Call, call.State, failed));

    /// <summary>A call whose first attempt was begun.</summary>
    private readonly record struct Begun<TState, TResult>(
        GuardTarget Target, Func<TState, CancellationToken, ValueTask<TResult>> Call, TState State, GuardedCallOptions Options, CancellationToken Caller);

    /// <summary>The component that a call is made on: whatever becomes of it meanwhile, the call begins and ends with this one.</summary>
    internal async ValueTask<ComponentHandle> GetOrCreateAsync(CancellationToken cancellationToken)
    {
        try
        {
            return Handle ?? (await Runtime.AskAsync<Created>(Supervisor, new Create(Component), CreationTimeout, cancellationToken).ConfigureAwait(false)).Handle;
        }
        catch (TimeoutException)
        {
            throw new ComponentRefusedException(Component, RefusalReason.Unavailable);
        }
    }

    private static readonly TimeSpan CreationTimeout = TimeSpan.FromSeconds(5);

    private async ValueTask<CallOutcome<TResult>> CreateAndRunAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, GuardedCallOptions options, CancellationToken cancellationToken)
    {
        ComponentHandle handle;
        try
        {
            handle = await GetOrCreateAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception)
        {
            return CallOutcome<TResult>.Neutral(exception);
        }

        return await RunAsync(handle, call, state, options, cancellationToken).ConfigureAwait(false);
    }
}
