using Kairos.Components;

namespace Kairos.State;

/// <summary>
/// Limits how many calls of a component run at a time, with a queue that is bounded too and served in order. The limit changes with the settings, or finds itself
/// (<see cref="AdaptiveLimit"/>), while calls run and wait: a lower one takes no permit back, a higher one lets those go on who wait. Thread-safe.
/// </summary>
/// <param name="clock">The time.</param>
/// <param name="inForce">The policy in force. It is asked under the lock, so nobody brings an older one back.</param>
internal sealed class Bulkhead(MonotonicClock clock, Func<CallPolicy> inForce)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(49); // a timer knows no more

    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _queue = [];
    private CallPolicy? _policy;
    private AdaptiveLimit? _adaptive; // null where the limit is a number
    private int _limit;
    private int _active;
    private volatile bool _isAdaptive;

    /// <summary>Whether the limit finds itself, as far as is known without the lock.</summary>
    public bool IsAdaptive => _isAdaptive;

    /// <summary>Calls that run.</summary>
    public int Active => Volatile.Read(ref _active);

    /// <summary>Calls that wait.</summary>
    public int Queued
    {
        get
        {
            lock (_lock) return _queue.Count;
        }
    }

    /// <summary>The limit in force, where it finds itself; null where it is a number.</summary>
    public int? Adapted
    {
        get
        {
            lock (_lock) return _adaptive?.Value;
        }
    }

    /// <summary>Takes a permit, now or after a wait. False when the queue is full, or the time is up.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public ValueTask<bool> EnterAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_lock)
        {
            var policy = Adopt();
            if (_queue.Count == 0 && _active < _limit)
            {
                _active++;
                return new(true);
            }

            if (_queue.Count >= policy.MaxQueued) return new(false);
            waiter = new Waiter(this);
            waiter.Node = _queue.AddLast(waiter);
        }

        return new(waiter.WaitAsync(limit < LongestWait ? limit : LongestWait, time, cancellationToken));
    }

    /// <summary>Gives a permit back.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            _active--;
            Serve();
        }
    }

    /// <summary>An attempt under a permit has ended, with an answer or with overload. A limit that is a number is not moved by that.</summary>
    public void Ended(TimeSpan duration, bool isOverload)
    {
        if (!_isAdaptive) return;
        lock (_lock)
        {
            var policy = Adopt();
            if (_adaptive is not { } adaptive) return;
            Hold(adaptive.Ended(policy.Adaptive, duration, isOverload, _active, clock.Now));
            Serve();
        }
    }

    /// <summary>The settings have changed.</summary>
    public void Refresh()
    {
        lock (_lock) Adopt();
    }

    private CallPolicy Adopt()
    {
        var policy = inForce();
        if (ReferenceEquals(policy, _policy)) return policy;
        _policy = policy;
        if (policy.MaxConcurrent == CallPolicy.AdaptiveConcurrency)
            Hold(_adaptive?.Under(policy.Adaptive, clock.Now) ?? AdaptiveLimit.Begin(policy.Adaptive, clock.Now));
        else
            (_adaptive, _limit) = (null, policy.MaxConcurrent == 0 ? int.MaxValue : policy.MaxConcurrent);
        _isAdaptive = _adaptive is not null;
        Serve();
        return policy;
    }

    private void Hold(AdaptiveLimit adaptive) => (_adaptive, _limit) = (adaptive, adaptive.Value);

    private void Serve()
    {
        while (_active < _limit && _queue.First is { } first)
        {
            _active++;
            first.Value.End(mayEnter: true);
        }
    }

    private void GiveUp(Waiter waiter)
    {
        lock (_lock)
        {
            if (waiter.Node!.List is not null) waiter.End(mayEnter: false); // otherwise it has a permit
        }
    }

    private sealed class Waiter(Bulkhead bulkhead) : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public LinkedListNode<Waiter>? Node { get; set; }

        /// <summary>Waits no longer; called under the lock.</summary>
        public void End(bool mayEnter)
        {
            Node!.List!.Remove(Node);
            SetResult(mayEnter);
        }

        public async Task<bool> WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken caller)
        {
            using var elapsed = new CancellationTokenSource(limit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(elapsed.Token, caller);
            using var registration = either.Token.UnsafeRegister(static waiter => ((Waiter)waiter!).GiveUp(), this);
            if (await Task.ConfigureAwait(false)) return true;
            caller.ThrowIfCancellationRequested();
            return false;
        }

        private void GiveUp() => bulkhead.GiveUp(this);
    }
}
