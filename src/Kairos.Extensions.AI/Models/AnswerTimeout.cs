namespace Kairos.Extensions.AI;

/// <summary>
/// Waits for an SDK no longer than its token allows. Not every SDK heeds its token while an answer comes in: OllamaSharp reads the lines of
/// one without it, and would wait for ever for a server that has stalled. A call that is left behind goes on by itself, unseen, until its
/// connection ends.
/// </summary>
internal static class AnswerTimeout
{
    /// <summary>Waits for a whole answer.</summary>
    public static Task<T> OrLeaveAsync<T>(this Task<T> call, CancellationToken cancellationToken)
    {
        if (call.IsCompleted || !cancellationToken.CanBeCanceled) return call;
        _ = call.ContinueWith(
            static left => _ = left.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return call.WaitAsync(cancellationToken);
    }

    /// <summary>Waits for each element of a stream.</summary>
    public static IAsyncEnumerator<T> OrLeaveAsync<T>(this IAsyncEnumerator<T> stream, CancellationToken cancellationToken) =>
        cancellationToken.CanBeCanceled ? new Elements<T>(stream, cancellationToken) : stream;

    /// <summary>Used by one consumer, as all such are.</summary>
    private sealed class Elements<T>(IAsyncEnumerator<T> stream, CancellationToken cancellationToken) : IAsyncEnumerator<T>
    {
        private Task<bool>? _pending;

        public T Current => stream.Current;

        public ValueTask<bool> MoveNextAsync()
        {
            var next = stream.MoveNextAsync();
            if (next.IsCompleted) return next;
            _pending = next.AsTask();
            return new ValueTask<bool>(_pending.OrLeaveAsync(cancellationToken));
        }

        /// <summary>A stream must not be disposed while it looks for an element: one that was left behind is disposed when it has found it.</summary>
        public ValueTask DisposeAsync()
        {
            if (_pending is null or { IsCompleted: true }) return stream.DisposeAsync();
            _ = DisposeLaterAsync(_pending);
            return default;
        }

        private async Task DisposeLaterAsync(Task pending)
        {
            await pending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception)
            {
                // Nobody waits for it any more.
            }
        }
    }
}
