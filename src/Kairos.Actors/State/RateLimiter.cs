using Kairos.Classification;
using Kairos.Components;

namespace Kairos.State;

/// <summary>
/// Keeps a component's calls within its rate limit. Who must wait, waits in order, interactive calls before others; who could not be served in time
/// is refused at once. Decisions are those of <see cref="RateBuckets"/>; this holds them, the queue and one timer. Thread-safe.
/// </summary>
internal sealed class RateLimiter(MonotonicClock clock)
{
    private const int InteractiveInARow = 4;

    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _interactive = [];
    private readonly LinkedList<Waiter> _batch = [];
    private RatePolicy? _policy;
    private RateBuckets _buckets;
    private int _servedInARow;
    private long _tick; // of the clock, when the buckets were brought up to date
    private ITimer? _timer;

    /// <summary>Calls that wait.</summary>
    public int Queued
    {
        get
        {
            lock (_lock) return _interactive.Count + _batch.Count;
        }
    }

    /// <summary>The share of the limit that is used now: less than 1 after the provider has refused.</summary>
    public double Pace
    {
        get
        {
            lock (_lock) return _policy is null ? 1 : _buckets.AsOf(clock.Now).Pace;
        }
    }

    /// <summary>Takes a request, now or after a wait.</summary>
    /// <param name="policy">The policy in force.</param>
    /// <param name="tokens">The tokens that it will use, as far as is known.</param>
    /// <param name="priority">Who goes first.</param>
    /// <param name="limit">The longest wait beside the policy's own.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public ValueTask<RateAnswer> TakeAsync(RatePolicy policy, double tokens, CallPriority priority, TimeSpan limit, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_lock)
        {
            var now = Advance(policy);
            if (!RateBuckets.CanEverHold(policy, tokens)) return new(RateAnswer.TooLarge);
            var queue = priority == CallPriority.Interactive ? _interactive : _batch;
            if (_interactive.Count == 0 && (_batch.Count == 0 || queue == _interactive) && (_buckets.HasRoom(tokens) || _buckets.WaitFor(tokens) == TimeSpan.Zero))
            {
                _buckets = _buckets.Take(tokens);
                return new(RateAnswer.Granted(now));
            }

            var (count, ahead) = Ahead(priority);
            var wait = _buckets.WaitFor(tokens, count, ahead);
            if (limit == Timeout.InfiniteTimeSpan || limit > policy.MaxWait) limit = policy.MaxWait;
            if (wait > limit || _interactive.Count + _batch.Count >= policy.Queue) return new(RateAnswer.Refused(wait));
            waiter = new Waiter(this, tokens, now + limit);
            waiter.Node = queue.AddLast(waiter);
            Schedule(now);
        }

        return new(waiter.WaitAsync(cancellationToken));
    }

    /// <summary>Gives back what a request took that was not made.</summary>
    public void Return(double tokens) => Change(buckets => buckets.Return(tokens));

    /// <summary>A request is over.</summary>
    /// <param name="takenAt">When it was let through.</param>
    /// <param name="tokens">The tokens that it took.</param>
    /// <param name="used">The tokens that it has used.</param>
    public void End(TimeSpan takenAt, double tokens, double used) => Change(buckets => buckets.End(takenAt, tokens, used));

    /// <summary>The provider tells of its limits.</summary>
    public void Learn(ToldLimits told) => Change(buckets => buckets.Told(told));

    /// <summary>The provider refused a request that was let through at a moment.</summary>
    public void Refused(TimeSpan takenAt) => Change(buckets => buckets.Refused(takenAt));

    private void Change(Func<RateBuckets, RateBuckets> change)
    {
        lock (_lock)
        {
            if (_policy is not { } policy) return;
            var now = Advance(policy);
            _buckets = change(_buckets);
            Serve(now);
        }
    }

    /// <summary>The buckets as of now, under a policy. While the clock has not ticked, no time has passed.</summary>
    private TimeSpan Advance(RatePolicy policy)
    {
        var tick = clock.Tick;
        if (tick == _tick && ReferenceEquals(policy, _policy)) return _buckets.At;
        var now = clock.Now;
        _tick = tick;
        _buckets = ReferenceEquals(policy, _policy) ? _buckets.AsOf(now) : _policy is null ? RateBuckets.Full(policy, now) : _buckets.Under(policy, now);
        _policy = policy;
        return now;
    }

    /// <summary>What will be served before a newcomer, as far as is known: all that waits, but for batch calls before an interactive one.</summary>
    private (int Count, double Tokens) Ahead(CallPriority priority)
    {
        var (count, tokens) = (_interactive.Count, 0.0);
        foreach (var waiter in _interactive) tokens += waiter.Tokens;
        if (priority == CallPriority.Interactive) return (count, tokens);
        foreach (var waiter in _batch) tokens += waiter.Tokens;
        return (count + _batch.Count, tokens);
    }

    /// <summary>Lets through whom there is enough for, and refuses whose time is up.</summary>
    private void Serve(TimeSpan now)
    {
        Expire(_interactive, now);
        Expire(_batch, now);
        while (Next is { } next && _buckets.WaitFor(next.Tokens) == TimeSpan.Zero)
        {
            _servedInARow = next.Node!.List == _interactive ? _servedInARow + 1 : 0;
            _buckets = _buckets.Take(next.Tokens);
            next.End(RateAnswer.Granted(now));
        }

        Schedule(now);
    }

    private Waiter? Next => _batch.First is { } batch && (_interactive.First is null || _servedInARow >= InteractiveInARow)
        ? batch.Value
        : _interactive.First?.Value;

    private void Expire(LinkedList<Waiter> queue, TimeSpan now)
    {
        for (var node = queue.First; node is not null;)
        {
            var (waiter, following) = (node.Value, node.Next);
            if (waiter.Deadline < now) waiter.End(RateAnswer.Refused(_buckets.WaitFor(waiter.Tokens)));
            node = following;
        }
    }

    /// <summary>Sets the timer for what comes next: somebody can be served, or has waited long enough.</summary>
    private void Schedule(TimeSpan now)
    {
        if (Next is not { } next)
        {
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        var due = _buckets.WaitFor(next.Tokens);
        foreach (var waiter in _interactive.Concat(_batch))
        {
            var left = waiter.Deadline - now + TimeSpan.FromTicks(1);
            if (left < due) due = left;
        }

        due = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, due.TotalMilliseconds))); // a timer knows no less
        _timer ??= clock.Provider.CreateTimer(static self => ((RateLimiter)self!).Change(static buckets => buckets), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    private bool TryLeave(Waiter waiter)
    {
        lock (_lock)
        {
            if (waiter.Node!.List is not { } queue) return false; // served or refused meanwhile
            queue.Remove(waiter.Node);
            Serve(Advance(_policy!)); // who is behind may be next
            return true;
        }
    }

    private sealed class Waiter(RateLimiter limiter, double tokens, TimeSpan deadline) : TaskCompletionSource<RateAnswer>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public double Tokens => tokens;

        public TimeSpan Deadline => deadline;

        public LinkedListNode<Waiter>? Node { get; set; }

        /// <summary>Is let through or refused; called under the lock.</summary>
        public void End(RateAnswer answer)
        {
            Node!.List!.Remove(Node);
            SetResult(answer);
        }

        public async Task<RateAnswer> WaitAsync(CancellationToken cancellationToken)
        {
            using var registration = cancellationToken.UnsafeRegister(static waiter => ((Waiter)waiter!).Cancel(), this);
            return await Task.ConfigureAwait(false);
        }

        private void Cancel()
        {
            if (limiter.TryLeave(this)) SetCanceled(CancellationToken.None);
        }
    }
}

/// <summary>What a rate limiter says. Small, since it is handed on by every call.</summary>
internal readonly record struct RateAnswer
{
    private readonly TimeSpan _time;
    private readonly bool _isKnown;

    private RateAnswer(bool isGranted, TimeSpan time, bool isKnown) => (IsGranted, _time, _isKnown) = (isGranted, time, isKnown);

    /// <summary>The request is larger than all that may be used.</summary>
    public static readonly RateAnswer TooLarge = new(false, default, false);

    /// <summary>Whether the request may be made.</summary>
    public bool IsGranted { get; }

    /// <summary>When it was let through.</summary>
    public TimeSpan At => IsGranted ? _time : default;

    /// <summary>Where it was refused: how long until it could be served; null where it never can be.</summary>
    public TimeSpan? RetryAfter => !IsGranted && _isKnown ? _time : null;

    public static RateAnswer Granted(TimeSpan at) => new(true, at, true);

    public static RateAnswer Refused(TimeSpan retryAfter) => new(false, retryAfter, true);
}
