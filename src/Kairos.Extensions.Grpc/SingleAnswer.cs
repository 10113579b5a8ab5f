using System.Runtime.ExceptionServices;
using Grpc.Core;

namespace Kairos.Extensions.Grpc;

/// <summary>A guarded call that has one answer. It begins at once, and nobody waits for it but who awaits its answer.</summary>
/// <param name="options">The caller's options.</param>
/// <param name="mayRepeat">Whether it may be made again.</param>
/// <param name="hasLimits">Whether the guard's time limits hold.</param>
/// <param name="begin">Begins an attempt with a token.</param>
internal sealed class SingleAnswer<TResponse>(
    global::Grpc.Core.CallOptions options, bool mayRepeat, bool hasLimits, Func<CancellationToken, BegunCall<Task<TResponse>>> begin) : IDisposable
{
    private readonly CallEnd _end = new(options);
    private BegunCall<Task<TResponse>>? _begun;
    private Task<TResponse> _response = null!;

    /// <summary>The headers of the answer, once the call has ended.</summary>
    public Task<Metadata> Headers { get; private set; } = null!;

    /// <summary>Begins the call.</summary>
    public Task<TResponse> Start(ComponentGuard guard)
    {
        _response = RunAsync(guard);
        Headers = Observed.Of(HeadersAsync());
        return _response;
    }

    public Status GetStatus()
    {
        if (!_response.IsCompleted) throw new InvalidOperationException("The call has no status while it runs.");
        return _begun?.Status() ?? new Status(StatusCode.Unavailable, _response.Exception?.InnerException?.Message ?? "The call was cancelled before it was made.");
    }

    public Metadata GetTrailers()
    {
        if (!_response.IsCompleted) throw new InvalidOperationException("The call has no trailers while it runs.");
        return _begun?.Trailers() ?? [];
    }

    public void Dispose()
    {
        _end.Cancel();
        _begun?.End();
    }

    private async Task<TResponse> RunAsync(ComponentGuard guard)
    {
        try
        {
            return await guard.ExecuteAsync(static (call, token) => call.AttemptAsync(token), this, Calls.OptionsFor(mayRepeat), _end.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            ExceptionDispatchInfo.Throw(_end.ForCaller(exception));
            throw;
        }
        finally
        {
            _end.Dispose();
        }
    }

    private async ValueTask<TResponse> AttemptAsync(CancellationToken attempt)
    {
        var token = hasLimits ? attempt : _end.Token;
        _end.BeginAttempt();
        _begun?.End();
        try
        {
            _begun = begin(token);
            return await _begun.Answer.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            ExceptionDispatchInfo.Throw(_end.ForGuard(exception, token));
            throw;
        }
    }

    private async Task<Metadata> HeadersAsync()
    {
        await ((Task)_response).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_begun is null) await _response.ConfigureAwait(false); // why there was no call
        return await _begun!.Headers.ConfigureAwait(false);
    }
}

/// <summary>The guard's options for gRPC's calls.</summary>
internal static class Calls
{
    private static readonly GuardedCallOptions Repeated = new() { Operation = "call" };
    private static readonly GuardedCallOptions Once = Repeated with { IsIdempotent = false };

    public static GuardedCallOptions OptionsFor(bool mayRepeat) => mayRepeat ? Repeated : Once;
}

/// <summary>Tasks whose failure somebody else is told as well.</summary>
internal static class Observed
{
    /// <summary>The same task; that nobody looks at it is nothing to complain about.</summary>
    public static Task<T> Of<T>(Task<T> task)
    {
        _ = task.ContinueWith(
            static failed => _ = failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return task;
    }
}
