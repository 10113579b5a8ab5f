using Kairos.Calls;

namespace Kairos;

/// <content>The other shapes of a call: without a result, without a state, and streams.</content>
public sealed partial class ComponentGuard
{
    /// <inheritdoc cref="ExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,CancellationToken)"/>
    public ValueTask<TResult> ExecuteAsync<TResult>(Func<CancellationToken, ValueTask<TResult>> call, CancellationToken cancellationToken = default) =>
        ExecuteAsync(call, GuardedCallOptions.Default, cancellationToken);

    /// <inheritdoc cref="ExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,GuardedCallOptions,CancellationToken)"/>
    public ValueTask<TResult> ExecuteAsync<TResult>(
        Func<CancellationToken, ValueTask<TResult>> call, GuardedCallOptions options, CancellationToken cancellationToken = default) =>
        ExecuteAsync(static (call, token) => call(token), NotNull(call), options, cancellationToken);

    /// <inheritdoc cref="ExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,CancellationToken)"/>
    public ValueTask ExecuteAsync<TState>(Func<TState, CancellationToken, ValueTask> call, TState state, CancellationToken cancellationToken = default) =>
        ExecuteAsync(call, state, GuardedCallOptions.Default, cancellationToken);

    /// <inheritdoc cref="ExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,GuardedCallOptions,CancellationToken)"/>
    public ValueTask ExecuteAsync<TState>(
        Func<TState, CancellationToken, ValueTask> call, TState state, GuardedCallOptions options, CancellationToken cancellationToken = default) =>
        Forget(ExecuteAsync(
            static (pair, token) => Remember(pair.Call(pair.State, token)), (Call: NotNull(call), State: state), options, cancellationToken));

    /// <inheritdoc cref="ExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,CancellationToken)"/>
    public ValueTask ExecuteAsync(Func<CancellationToken, ValueTask> call, CancellationToken cancellationToken = default) =>
        ExecuteAsync(call, GuardedCallOptions.Default, cancellationToken);

    /// <inheritdoc cref="ExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,GuardedCallOptions,CancellationToken)"/>
    public ValueTask ExecuteAsync(Func<CancellationToken, ValueTask> call, GuardedCallOptions options, CancellationToken cancellationToken = default) =>
        Forget(ExecuteAsync(static (call, token) => Remember(call(token)), NotNull(call), options, cancellationToken));

    /// <inheritdoc cref="TryExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,CancellationToken)"/>
    public ValueTask<CallOutcome<TResult>> TryExecuteAsync<TResult>(
        Func<CancellationToken, ValueTask<TResult>> call, CancellationToken cancellationToken = default) =>
        TryExecuteAsync(call, GuardedCallOptions.Default, cancellationToken);

    /// <inheritdoc cref="TryExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,GuardedCallOptions,CancellationToken)"/>
    public ValueTask<CallOutcome<TResult>> TryExecuteAsync<TResult>(
        Func<CancellationToken, ValueTask<TResult>> call, GuardedCallOptions options, CancellationToken cancellationToken = default) =>
        TryExecuteAsync(static (call, token) => call(token), NotNull(call), options, cancellationToken);

    /// <inheritdoc cref="TryExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,CancellationToken)"/>
    public ValueTask<CallOutcome<Unit>> TryExecuteAsync<TState>(
        Func<TState, CancellationToken, ValueTask> call, TState state, CancellationToken cancellationToken = default) =>
        TryExecuteAsync(call, state, GuardedCallOptions.Default, cancellationToken);

    /// <inheritdoc cref="TryExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,GuardedCallOptions,CancellationToken)"/>
    public ValueTask<CallOutcome<Unit>> TryExecuteAsync<TState>(
        Func<TState, CancellationToken, ValueTask> call, TState state, GuardedCallOptions options, CancellationToken cancellationToken = default) =>
        TryExecuteAsync(static (pair, token) => Remember(pair.Call(pair.State, token)), (Call: NotNull(call), State: state), options, cancellationToken);

    /// <inheritdoc cref="TryExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,CancellationToken)"/>
    public ValueTask<CallOutcome<Unit>> TryExecuteAsync(Func<CancellationToken, ValueTask> call, CancellationToken cancellationToken = default) =>
        TryExecuteAsync(call, GuardedCallOptions.Default, cancellationToken);

    /// <inheritdoc cref="TryExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,GuardedCallOptions,CancellationToken)"/>
    public ValueTask<CallOutcome<Unit>> TryExecuteAsync(
        Func<CancellationToken, ValueTask> call, GuardedCallOptions options, CancellationToken cancellationToken = default) =>
        TryExecuteAsync(static (call, token) => Remember(call(token)), NotNull(call), options, cancellationToken);

    /// <inheritdoc cref="ExecuteStreamAsync{TState,T}"/>
    public IAsyncEnumerable<T> ExecuteStreamAsync<T>(
        Func<CancellationToken, IAsyncEnumerable<T>> call, StreamOptions<T>? options = null, CancellationToken cancellationToken = default) =>
        ExecuteStreamAsync(static (call, token) => call(token), NotNull(call), options, cancellationToken);

    /// <summary>
    /// Runs a stream under the component's guard. It is scored at its end; retried only before its first element; the times to the first
    /// element and between two elements are bounded by <c>call.stream</c>. A consumer that stops early is neutral.
    /// </summary>
    /// <param name="call">The stream. It must heed its token.</param>
    /// <param name="state">Handed to the call.</param>
    /// <param name="options">What is special about the stream; null for nothing.</param>
    /// <param name="cancellationToken">Cancels the stream; the component is not blamed for it.</param>
    /// <exception cref="CallRejectedException">The stream was not begun.</exception>
    /// <exception cref="ComponentRefusedException">The component could not be created.</exception>
    public IAsyncEnumerable<T> ExecuteStreamAsync<TState, T>(
        Func<TState, CancellationToken, IAsyncEnumerable<T>> call, TState state, StreamOptions<T>? options = null, CancellationToken cancellationToken = default) =>
        new GuardedStream<TState, T>(this, options ?? new StreamOptions<T>(), NotNull(call), state).RunAsync(cancellationToken);

    private static T NotNull<T>(T value) where T : class
    {
        ArgumentNullException.ThrowIfNull(value);
        return value;
    }

    private static ValueTask<Unit> Remember(ValueTask pending)
    {
        if (!pending.IsCompletedSuccessfully) return RememberSlowly(pending);
#pragma warning disable RS0030 // it has ended; a pooled source wants to be told that it was looked at
        pending.GetAwaiter().GetResult();
#pragma warning restore RS0030
        return default;
    }

    private static async ValueTask<Unit> RememberSlowly(ValueTask pending)
    {
        await pending.ConfigureAwait(false);
        return default;
    }

    private static ValueTask Forget(ValueTask<Unit> pending)
    {
        if (!pending.IsCompletedSuccessfully) return ForgetSlowly(pending);
#pragma warning disable RS0030 // as above
        pending.GetAwaiter().GetResult();
#pragma warning restore RS0030
        return default;
    }

    private static async ValueTask ForgetSlowly(ValueTask<Unit> pending) => await pending.ConfigureAwait(false);
}

/// <summary>The result of a call that has none.</summary>
public readonly record struct Unit;
