namespace Kairos.Benchmarks.Peers;

/// <summary>
/// A circuit breaker as people write it by hand: consecutive failures open it, one lock around its state before the call and one after it.
/// As lean as that can be: it never becomes asynchronous for a call that is not, reads no clock while it is closed, and tells nobody anything.
/// </summary>
internal sealed class LockBreaker(int threshold, TimeSpan openFor, TimeProvider time)
{
    private readonly Lock _lock = new();
    private bool _isOpen;
    private bool _isProbing;
    private int _failures;
    private long _successes;
    private long _openedAt;

    /// <summary>Calls that succeeded.</summary>
    public long Successes
    {
        get
        {
            lock (_lock) return _successes;
        }
    }

    public ValueTask<TResult> ExecuteAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, CancellationToken cancellationToken = default)
    {
        Enter();
        ValueTask<TResult> pending;
        try
        {
            pending = call(state, cancellationToken);
        }
        catch
        {
            Fail();
            throw;
        }

        if (!pending.IsCompletedSuccessfully) return AwaitAsync(pending);
        Succeed();
        return pending;
    }

    private async ValueTask<TResult> AwaitAsync<TResult>(ValueTask<TResult> pending)
    {
        try
        {
            var result = await pending.ConfigureAwait(false);
            Succeed();
            return result;
        }
        catch
        {
            Fail();
            throw;
        }
    }

    private void Enter()
    {
        lock (_lock)
        {
            if (!_isOpen) return;
            if (_isProbing || time.GetElapsedTime(_openedAt) < openFor) throw new InvalidOperationException("The circuit is open.");
            _isProbing = true;
        }
    }

    private void Succeed()
    {
        lock (_lock)
        {
            _failures = 0;
            _isOpen = _isProbing = false;
            _successes++;
        }
    }

    private void Fail()
    {
        lock (_lock)
        {
            _isProbing = false;
            if (++_failures < threshold) return;
            _isOpen = true;
            _openedAt = time.GetTimestamp();
        }
    }
}
