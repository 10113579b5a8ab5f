namespace Kairos;

/// <content>The other shapes of a call: without a result, without a state.</content>
public sealed partial class ComponentGuard
{
    /// <inheritdoc cref="ExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,CancellationToken)"/>
    public ValueTask<TResult> ExecuteAsync<TResult>(Func<CancellationToken, ValueTask<TResult>> call, CancellationToken cancellationToken = default) =>
        ExecuteAsync(call, CallOptions.Default, cancellationToken);

    /// <inheritdoc cref="ExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,CallOptions,CancellationToken)"/>
    public ValueTask<TResult> ExecuteAsync<TResult>(
        Func<CancellationToken, ValueTask<TResult>> call, CallOptions options, CancellationToken cancellationToken = default) =>
        ExecuteAsync(static (call, token) => call(token), NotNull(call), options, cancellationToken);

    /// <inheritdoc cref="ExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,CancellationToken)"/>
    public ValueTask ExecuteAsync<TState>(Func<TState, CancellationToken, ValueTask> call, TState state, CancellationToken cancellationToken = default) =>
        ExecuteAsync(call, state, CallOptions.Default, cancellationToken);

    /// <inheritdoc cref="ExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,CallOptions,CancellationToken)"/>
    public ValueTask ExecuteAsync<TState>(
        Func<TState, CancellationToken, ValueTask> call, TState state, CallOptions options, CancellationToken cancellationToken = default) =>
        Forget(ExecuteAsync(
            static (pair, token) => Remember(pair.Call(pair.State, token)), (Call: NotNull(call), State: state), options, cancellationToken));

    /// <inheritdoc cref="ExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,CancellationToken)"/>
    public ValueTask ExecuteAsync(Func<CancellationToken, ValueTask> call, CancellationToken cancellationToken = default) =>
        ExecuteAsync(call, CallOptions.Default, cancellationToken);

    /// <inheritdoc cref="ExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,CallOptions,CancellationToken)"/>
    public ValueTask ExecuteAsync(Func<CancellationToken, ValueTask> call, CallOptions options, CancellationToken cancellationToken = default) =>
        Forget(ExecuteAsync(static (call, token) => Remember(call(token)), NotNull(call), options, cancellationToken));

    /// <inheritdoc cref="TryExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,CancellationToken)"/>
    public ValueTask<CallOutcome<TResult>> TryExecuteAsync<TResult>(
        Func<CancellationToken, ValueTask<TResult>> call, CancellationToken cancellationToken = default) =>
        TryExecuteAsync(call, CallOptions.Default, cancellationToken);

    /// <inheritdoc cref="TryExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,CallOptions,CancellationToken)"/>
    public ValueTask<CallOutcome<TResult>> TryExecuteAsync<TResult>(
        Func<CancellationToken, ValueTask<TResult>> call, CallOptions options, CancellationToken cancellationToken = default) =>
        TryExecuteAsync(static (call, token) => call(token), NotNull(call), options, cancellationToken);

    /// <inheritdoc cref="TryExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,CancellationToken)"/>
    public ValueTask<CallOutcome<Unit>> TryExecuteAsync<TState>(
        Func<TState, CancellationToken, ValueTask> call, TState state, CancellationToken cancellationToken = default) =>
        TryExecuteAsync(call, state, CallOptions.Default, cancellationToken);

    /// <inheritdoc cref="TryExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,CallOptions,CancellationToken)"/>
    public ValueTask<CallOutcome<Unit>> TryExecuteAsync<TState>(
        Func<TState, CancellationToken, ValueTask> call, TState state, CallOptions options, CancellationToken cancellationToken = default) =>
        TryExecuteAsync(static (pair, token) => Remember(pair.Call(pair.State, token)), (Call: NotNull(call), State: state), options, cancellationToken);

    /// <inheritdoc cref="TryExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,CancellationToken)"/>
    public ValueTask<CallOutcome<Unit>> TryExecuteAsync(Func<CancellationToken, ValueTask> call, CancellationToken cancellationToken = default) =>
        TryExecuteAsync(call, CallOptions.Default, cancellationToken);

    /// <inheritdoc cref="TryExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,CallOptions,CancellationToken)"/>
    public ValueTask<CallOutcome<Unit>> TryExecuteAsync(
        Func<CancellationToken, ValueTask> call, CallOptions options, CancellationToken cancellationToken = default) =>
        TryExecuteAsync(static (call, token) => Remember(call(token)), NotNull(call), options, cancellationToken);

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
