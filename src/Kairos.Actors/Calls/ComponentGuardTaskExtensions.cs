namespace Kairos;

/// <summary>
/// Guarded calls whose delegates return a <see cref="Task"/>. They are extensions, so that an asynchronous lambda, which could be either, is one
/// that returns a <see cref="ValueTask"/>.
/// </summary>
public static class ComponentGuardTaskExtensions
{
    /// <param name="guard">The component's guard.</param>
    extension(ComponentGuard guard)
    {
        /// <inheritdoc cref="ComponentGuard.ExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,GuardedCallOptions,CancellationToken)"/>
        public ValueTask<TResult> ExecuteAsync<TState, TResult>(
            Func<TState, CancellationToken, Task<TResult>> call, TState state, CancellationToken cancellationToken = default) =>
            guard.ExecuteAsync(call, state, GuardedCallOptions.Default, cancellationToken);

        /// <inheritdoc cref="ComponentGuard.ExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,GuardedCallOptions,CancellationToken)"/>
        public ValueTask<TResult> ExecuteAsync<TState, TResult>(
            Func<TState, CancellationToken, Task<TResult>> call, TState state, GuardedCallOptions options, CancellationToken cancellationToken = default)
        {
            Require(guard, call);
            return guard.ExecuteAsync(static (it, token) => new ValueTask<TResult>(it.call(it.state, token)), (call, state), options, cancellationToken);
        }

        /// <inheritdoc cref="ComponentGuard.ExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,GuardedCallOptions,CancellationToken)"/>
        public ValueTask<TResult> ExecuteAsync<TResult>(
            Func<CancellationToken, Task<TResult>> call, CancellationToken cancellationToken = default) =>
            guard.ExecuteAsync(call, GuardedCallOptions.Default, cancellationToken);

        /// <inheritdoc cref="ComponentGuard.ExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,GuardedCallOptions,CancellationToken)"/>
        public ValueTask<TResult> ExecuteAsync<TResult>(
            Func<CancellationToken, Task<TResult>> call, GuardedCallOptions options, CancellationToken cancellationToken = default)
        {
            Require(guard, call);
            return guard.ExecuteAsync(static (call, token) => new ValueTask<TResult>(call(token)), call, options, cancellationToken);
        }

        /// <inheritdoc cref="ComponentGuard.ExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,GuardedCallOptions,CancellationToken)"/>
        public ValueTask ExecuteAsync<TState>(
            Func<TState, CancellationToken, Task> call, TState state, CancellationToken cancellationToken = default) =>
            guard.ExecuteAsync(call, state, GuardedCallOptions.Default, cancellationToken);

        /// <inheritdoc cref="ComponentGuard.ExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,GuardedCallOptions,CancellationToken)"/>
        public ValueTask ExecuteAsync<TState>(
            Func<TState, CancellationToken, Task> call, TState state, GuardedCallOptions options, CancellationToken cancellationToken = default)
        {
            Require(guard, call);
            return guard.ExecuteAsync(static (it, token) => new ValueTask(it.call(it.state, token)), (call, state), options, cancellationToken);
        }

        /// <inheritdoc cref="ComponentGuard.ExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,GuardedCallOptions,CancellationToken)"/>
        public ValueTask ExecuteAsync(Func<CancellationToken, Task> call, CancellationToken cancellationToken = default) =>
            guard.ExecuteAsync(call, GuardedCallOptions.Default, cancellationToken);

        /// <inheritdoc cref="ComponentGuard.ExecuteAsync{TState,TResult}(Func{TState,CancellationToken,ValueTask{TResult}},TState,GuardedCallOptions,CancellationToken)"/>
        public ValueTask ExecuteAsync(
            Func<CancellationToken, Task> call, GuardedCallOptions options, CancellationToken cancellationToken = default)
        {
            Require(guard, call);
            return guard.ExecuteAsync(static (call, token) => new ValueTask(call(token)), call, options, cancellationToken);
        }
    }

    private static void Require(ComponentGuard guard, Delegate call)
    {
        ArgumentNullException.ThrowIfNull(guard);
        ArgumentNullException.ThrowIfNull(call);
    }
}
