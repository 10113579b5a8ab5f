using Grpc.Core;

namespace Kairos.Extensions.Grpc;

/// <summary>
/// How a call comes to its end: by its caller's token or disposal, by its deadline, by a failure. A guard knows a cancelled call by an
/// <see cref="OperationCanceledException"/>, a gRPC client tells it by a status: what is told to the one is not what the other gets.
/// </summary>
internal sealed class CallEnd(global::Grpc.Core.CallOptions options) : IDisposable
{
    private readonly CancellationTokenSource _source = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken);
    private Exception? _told;
    private Exception? _thrown;

    /// <summary>Ends with the caller's token, when the call is disposed of, and when an attempt has failed because its deadline has passed.</summary>
    public CancellationToken Token => _source.Token;

    private bool IsLate => options.Deadline is { } deadline && deadline <= TimeProvider.System.GetUtcNow().UtcDateTime;

    /// <summary>Cancels what still runs.</summary>
    public void Cancel()
    {
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // it has ended
        }
    }

    public void Dispose() => _source.Dispose();

    /// <summary>An attempt begins. After a failed one there is no use in another when the deadline has passed meanwhile.</summary>
    public void BeginAttempt()
    {
        if (_thrown is null || !IsLate) return;
        Cancel();
        Token.ThrowIfCancellationRequested();
    }

    /// <summary>What the guard is told of an attempt that failed.</summary>
    /// <param name="thrown">What it threw: a status, or, where the channel wants that, a cancellation, which its deadline is as well.</param>
    /// <param name="attempt">The token that it had.</param>
    public Exception ForGuard(Exception thrown, CancellationToken attempt)
    {
        _thrown = thrown;
        _told = thrown switch
        {
            RpcException { StatusCode: StatusCode.Cancelled } when attempt.IsCancellationRequested => new OperationCanceledException(thrown.Message, thrown, attempt),
            OperationCanceledException when !attempt.IsCancellationRequested => new TimeoutException(thrown.Message, thrown),
            _ => thrown,
        };
        var isTimeout = thrown is RpcException { StatusCode: StatusCode.DeadlineExceeded } || _told is TimeoutException;
        if (isTimeout && IsLate) Cancel(); // it has failed, and there is no use in another attempt
        return _told;
    }

    /// <summary>What the caller gets of what the guard has thrown: what the call itself threw.</summary>
    public Exception ForCaller(Exception ended) =>
        ReferenceEquals(ended, _told) ? _thrown!
        : ended is not OperationCanceledException ? ended
        : IsLate && _thrown is not null ? _thrown
        : new RpcException(new Status(StatusCode.Cancelled, "The caller has cancelled.", ended));
}
