using Grpc.Core;

namespace Kairos.Extensions.Grpc;

/// <summary>What a client streams, to a call that begins when it is admitted. Used by one writer.</summary>
internal sealed class RequestWriter<TRequest> : IClientStreamWriter<TRequest>
{
    private readonly TaskCompletionSource<IClientStreamWriter<TRequest>> _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WriteOptions? _options;

    public WriteOptions? WriteOptions
    {
        get => _options;
        set
        {
            _options = value;
            if (_begun.Task.IsCompletedSuccessfully) Inner.WriteOptions = value;
        }
    }

#pragma warning disable RS0030 // asked only when it has ended
    private IClientStreamWriter<TRequest> Inner => _begun.Task.Result;
#pragma warning restore RS0030

    /// <summary>The call has begun.</summary>
    public void WriteTo(IClientStreamWriter<TRequest> inner)
    {
        if (_options is not null) inner.WriteOptions = _options;
        _begun.TrySetResult(inner);
    }

    /// <summary>When the call ends without having begun, who writes hears why.</summary>
    public void EndWith<T>(Task<T> call)
    {
        Observed.Of(_begun.Task);
        _ = call.ContinueWith(
            ended => _begun.TrySetException(ended.Exception?.InnerException ?? new InvalidOperationException("The call has ended.")),
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        var inner = await _begun.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        await inner.WriteAsync(message, cancellationToken).ConfigureAwait(false);
    }

    public async Task CompleteAsync() => await (await _begun.Task.ConfigureAwait(false)).CompleteAsync().ConfigureAwait(false);
}
