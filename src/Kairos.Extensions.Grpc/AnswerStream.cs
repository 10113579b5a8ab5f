using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Grpc.Core;

namespace Kairos.Extensions.Grpc;

/// <summary>
/// A guarded call that is answered by a stream. It begins at once, since its headers may be awaited before its messages, and fetches the first
/// message ahead. Read by one reader; disposed of by anybody.
/// </summary>
/// <param name="options">The caller's options.</param>
/// <param name="mayRepeat">Whether it may be made again before its first message.</param>
/// <param name="hasLimits">Whether the guard's time limits hold.</param>
/// <param name="begin">Begins an attempt with a token.</param>
internal sealed class AnswerStream<TResponse>(
    global::Grpc.Core.CallOptions options, bool mayRepeat, bool hasLimits, Func<CancellationToken, BegunCall<IAsyncStreamReader<TResponse>>> begin)
    : IAsyncStreamReader<TResponse>, IDisposable
{
    private readonly CallEnd _end = new(options);
    private readonly TaskCompletionSource<Metadata> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IAsyncEnumerator<TResponse> _messages = null!;
    private Task<bool> _next = null!;
    private bool _isAhead = true;
    private (Status Status, Metadata Trailers)? _last;

    /// <summary>The headers of the answer, once they are there.</summary>
    public Task<Metadata> Headers => _headers.Task;

    public TResponse Current => _messages.Current;

    /// <summary>Begins the call. The task ends when there is a first message, or the call has ended without any.</summary>
    public Task<bool> Start(ComponentGuard guard)
    {
        var stream = new StreamOptions<TResponse> { Operation = "stream", IsIdempotent = mayRepeat };
        _messages = guard.ExecuteStreamAsync(static (call, token) => call.ReadAsync(token), this, stream, _end.Token).GetAsyncEnumerator(CancellationToken.None);
        _next = Observed.Of(NextAsync());
        Observed.Of(_headers.Task);
        return _next;
    }

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        var cancel = cancellationToken.UnsafeRegister(static end => ((CallEnd)end!).Cancel(), _end);
        try
        {
            if (_isAhead) _isAhead = false;
            else if (_next.IsCompletedSuccessfully && await _next.ConfigureAwait(false)) _next = NextAsync();
            return await _next.ConfigureAwait(false);
        }
        finally
        {
            cancel.Unregister();
        }
    }

    public Status GetStatus() => _last?.Status ?? throw new InvalidOperationException("The call has no status while it runs.");

    public Metadata GetTrailers() => _last?.Trailers ?? throw new InvalidOperationException("The call has no trailers while it runs.");

    public void Dispose()
    {
        _end.Cancel();
        _ = DisposeAsync();
    }

    /// <summary>An enumerator must not be disposed of while it moves.</summary>
    private async Task DisposeAsync()
    {
        await ((Task)_next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await _messages.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // nobody is there to hear of it
        }

        End(null);
    }

    private async Task<bool> NextAsync()
    {
        try
        {
            if (await _messages.MoveNextAsync().ConfigureAwait(false)) return true;
            End(null);
            return false;
        }
        catch (Exception exception)
        {
            var thrown = _end.ForCaller(exception);
            End(thrown);
            ExceptionDispatchInfo.Throw(thrown);
            throw;
        }
    }

    /// <summary>The stream has ended: its token is let go, and who awaits headers hears why there are none.</summary>
    private void End(Exception? thrown)
    {
        _last ??= (thrown is null ? Status.DefaultCancelled : new Status(StatusCode.Unavailable, thrown.Message), []);
        _headers.TrySetException(thrown ?? new RpcException(_last.Value.Status));
        _end.Dispose();
    }

    private async IAsyncEnumerable<TResponse> ReadAsync([EnumeratorCancellation] CancellationToken attempt)
    {
        var token = hasLimits ? attempt : _end.Token;
        _end.BeginAttempt();
        BegunCall<IAsyncStreamReader<TResponse>>? begun = null;
        try
        {
            while (true)
            {
                try
                {
                    begun ??= Begin(token);
                    if (!await begun.Answer.MoveNext(CancellationToken.None).ConfigureAwait(false)) yield break;
                }
                catch (Exception exception)
                {
                    ExceptionDispatchInfo.Throw(_end.ForGuard(exception, token));
                }

                yield return begun.Answer.Current;
            }
        }
        finally
        {
            if (begun is not null)
            {
                Take(begun);
                await TakeHeadersAsync(begun.Headers).ConfigureAwait(false);
            }
        }
    }

    private BegunCall<IAsyncStreamReader<TResponse>> Begin(CancellationToken token)
    {
        _last = null;
        var begun = begin(token);
        _ = TakeHeadersAsync(begun.Headers);
        return begun;
    }

    private async Task TakeHeadersAsync(Task<Metadata> headers)
    {
        await ((Task)headers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (headers.IsCompletedSuccessfully) _headers.TrySetResult(await headers.ConfigureAwait(false));
    }

    /// <summary>Takes over how an attempt ended, and lets it go.</summary>
    private void Take(BegunCall<IAsyncStreamReader<TResponse>> begun)
    {
        try
        {
            _last = (begun.Status(), begun.Trailers());
        }
        catch (InvalidOperationException)
        {
            // it is left before its end
        }

        begun.End();
    }
}
