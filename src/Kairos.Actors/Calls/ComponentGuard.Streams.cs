using System.Runtime.CompilerServices;
using Kairos.Calls;

namespace Kairos;

/// <content>Guarded streams.</content>
public sealed partial class ComponentGuard
{
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
    public async IAsyncEnumerable<T> ExecuteStreamAsync<TState, T>(
        Func<TState, CancellationToken, IAsyncEnumerable<T>> call,
        TState state,
        StreamOptions<T>? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        var target = TargetOf(await GetOrCreateAsync(cancellationToken).ConfigureAwait(false));
        var stream = new GuardedStream<TState, T>(target, options ?? new StreamOptions<T>(), _classifier, call, state);
        await foreach (var element in stream.RunAsync(cancellationToken).ConfigureAwait(false)) yield return element;
    }
}
