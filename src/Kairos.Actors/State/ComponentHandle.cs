using System.Collections.Immutable;
using Akka.Actor;
using Kairos.CircuitBreaker;
using Kairos.Components;
using static Kairos.ComponentEvents;

namespace Kairos.State;

/// <summary>
/// Where a component's actor meets everybody else, and what outlives a crash of that actor. The actor alone writes; all other threads read
/// what is marked as shared.
/// </summary>
internal sealed class ComponentHandle
{
    private TimeInStates _timesRead;
    private Bulkhead? _bulkhead;
    private RetryBudget? _retries; // most components never retry
    private RateLimiter? _rate; // or have no limit
    private RejectionNotices? _rejections;
    private ComponentMetrics? _metrics;
    private readonly MonotonicClock _clock;
    private readonly Own _own = new();

    public ComponentHandle(string name, long number, ComponentHandle? parent, ComponentSettings settings, MonotonicClock clock)
    {
        Name = name;
        Number = number;
        Parent = parent;
        Settings = settings;
        _clock = clock;
        _own.State = ComponentState.Initial(clock.Now, (ulong)Random.Shared.NextInt64());
        Snapshot = Picture(clock);
    }

    /// <summary>Shared: the component's name.</summary>
    public string Name { get; }

    /// <summary>Shared: a number that grows with every component. A component that was removed and the next one of its name have nothing in common.</summary>
    public long Number { get; }

    /// <summary>Shared: the component above. It never changes: removing a component removes what is beneath it.</summary>
    public ComponentHandle? Parent { get; }

    /// <summary>Shared: what was published last. A snapshot is immutable, and a reference is written at once; volatile gives readers on other threads
    /// a picture that is whole (release on write, acquire on read), though perhaps not the newest.</summary>
    public volatile ComponentSnapshot Snapshot;

    /// <summary>Shared: the actor that has the component. The supervisor writes it, before anybody else can find the handle.</summary>
    public volatile IActorRef Actor = ActorRefs.Nobody;

    // A removal has three steps: the name is free and what is told is refused (IsRetired), the actor has told everybody (HasLeft), the actor has ended (IsGone).

    /// <summary>Shared: whether the component was removed: what is told to it from now on is refused.</summary>
    public volatile bool IsRetired;

    /// <summary>Shared: whether the actor of the removed component has ended, too, and nobody is there to refuse.</summary>
    public volatile bool IsGone;

    /// <summary>Shared: the component's counters; null while there is nothing to count. The metrics actor alone makes them, and adds.</summary>
    public ComponentMetrics? Metrics => Volatile.Read(ref _metrics);

    /// <summary>The metrics actor's own: the counters, made where there are none yet.</summary>
    public ComponentMetrics MakeMetrics()
    {
        if (_metrics is null) Volatile.Write(ref _metrics, new ComponentMetrics(Name));
        return _metrics!;
    }

    /// <summary>
    /// Shared: time spent in each state up to a moment. Times never shrink: what was read once is the least that is read next. It locks the ledger, to
    /// spare each component a lock.
    /// </summary>
    public TimeInStates ReadTimes(TimeSpan now)
    {
        lock (Ledger) return _timesRead = TimeInStates.Max(_timesRead, Snapshot.TimeInStates(now));
    }

    /// <summary>Shared: how guarded calls ended.</summary>
    public CallLedger Ledger { get; } = new();

    /// <summary>Shared: the ledger's successes, which nearly every call counts.</summary>
    public ref StripedCounter Successes => ref Ledger.Successes;

    /// <summary>Shared: how many retries the component may still have.</summary>
    public RetryBudget Retries => Volatile.Read(ref _retries) ?? LazyInitializer.EnsureInitialized(ref _retries);

    /// <summary>Shared: the limit of concurrent calls where a policy sets one; null where it sets none. It goes by the policy that was published last.</summary>
    public Bulkhead? BulkheadFor(CallPolicy policy) => policy.MaxConcurrent == 0
        ? null
        : Volatile.Read(ref _bulkhead) ?? LazyInitializer.EnsureInitialized(ref _bulkhead, () => new Bulkhead(_clock, () => Snapshot.Settings.Call));

    /// <summary>Shared: how many retries were made.</summary>
    public long RetriesMade => Volatile.Read(ref _retries)?.Made ?? 0;

    /// <summary>Shared: when it is time to tell of calls that limits or budgets keep back.</summary>
    public RejectionNotices Rejections => Volatile.Read(ref _rejections) ?? LazyInitializer.EnsureInitialized(ref _rejections);

    /// <summary>Shared: what the limits in force are doing, as far as there are any.</summary>
    public LimitStatus Limits
    {
        get
        {
            var call = Snapshot.Settings.Call;
            var bulkhead = call.MaxConcurrent != 0 ? Volatile.Read(ref _bulkhead) : null;
            var rate = Snapshot.HasRateLimit ? Volatile.Read(ref _rate) : null;
            int? queued = bulkhead is null && rate is null ? null : (bulkhead?.Queued ?? 0) + (rate?.Queued ?? 0);
            return new(bulkhead?.Active, queued, bulkhead is null ? null : bulkhead.Adapted ?? call.MaxConcurrent, rate?.Pace);
        }
    }

    /// <summary>Shared: what keeps calls within the rate limit, where there is one.</summary>
    public RateLimiter RateLimiter => Volatile.Read(ref _rate) ?? LazyInitializer.EnsureInitialized(ref _rate, () => new RateLimiter(_clock));

    /// <summary>The actor's own: the slots for probe calls while half-open; callers have it from the snapshot.</summary>
    public ProbeSlots? Slots { get; set; }

    /// <summary>The actor's own: what it knows of the successes in the ledger.</summary>
    public CallerWatch Watch { get; set; } = CallerWatch.Initial;

    /// <summary>The actor's own: what it decided last. By reference, because it is large.</summary>
    public ref ComponentState State => ref _own.State;

    /// <summary>The actor's own: errors that the metrics actor has yet to be told. By reference, because it is a value.</summary>
    public ref ErrorBatch Burst => ref _own.Burst;

    /// <summary>The actor's own: the settings in force.</summary>
    public ComponentSettings Settings { get; set; }

    /// <summary>The actor's own: whether it has told everybody that the component is no more.</summary>
    public bool HasLeft { get; set; }

    /// <summary>The actor's own: whether the next success is to be told.</summary>
    public bool WantsToKnow => Watch.WantsToKnow(Settings.Breaker, State.Breaker);

    /// <summary>
    /// The actor's own: decides what an input means, and stores that. What callers did without a message, the slots that they took
    /// and the successes that they only counted, is taken in before it, so that the machine always decides from the whole of it.
    /// </summary>
    public (ImmutableArray<ComponentChange> Changes, long Recovered) Advance(
        in ComponentInput input, TimeSpan now, Action<string, ComponentSettings, ComponentInput, TimeSpan>? recorder)
    {
        var changes = ImmutableArray<ComponentChange>.Empty;
        if (State.MayMissCalls(Settings.Breaker))
        {
            var (total, seen) = (Ledger.Successes.Total, Watch.Seen);
            Watch = Watch.UpTo(total);
            foreach (var claim in Slots?.ClaimsUnknownTo(State.Breaker) ?? [])
                Apply(ComponentInput.Of(BreakerInput.Claim(new CallTicket(Slots!.Generation, claim.Number), Settings.Call.LongestAttempt)), claim.At, recorder, ref changes);
            if (total > seen && Settings.Breaker.UsesWindow) Apply(ComponentInput.Of(BreakerInput.Traffic(total - seen)), now, recorder, ref changes);
        }

        var recovered = Apply(input, now, recorder, ref changes);
        return (changes, recovered);
    }

    private long Apply(
        in ComponentInput input, TimeSpan at, Action<string, ComponentSettings, ComponentInput, TimeSpan>? recorder, ref ImmutableArray<ComponentChange> changes)
    {
        var before = State;
        try
        {
            var (came, recovered) = ComponentMachine.Advance(Settings, ref State, input, at);
            recorder?.Invoke(Name, Settings, input, at);
            changes = changes.IsEmpty ? came : changes.AddRange(came);
            return recovered;
        }
        catch
        {
            State = before; // as if the input had never come
            throw;
        }
    }

    /// <summary>The actor's own: publishes what there is. Those who wait for a limit go on at once where a new one lets them.</summary>
    public void Publish(MonotonicClock clock)
    {
        var before = Snapshot.Settings;
        Snapshot = Picture(clock);
        if (ReferenceEquals(before, Settings)) return;
        Interlocked.MemoryBarrier(); // either this sees the bulkhead, or who makes it sees the settings
        Volatile.Read(ref _bulkhead)?.Refresh();
    }

    private ComponentSnapshot Picture(MonotonicClock clock) => new(Name, Number, State, Settings, clock, Slots, WantsToKnow, this);

    /// <summary>The actor's own: who is told its events, each once.</summary>
    public ImmutableArray<IActorRef> Subscribers { get; set; } = [];

    /// <summary>What the actor changes with every message: in an object of its own, because callers read the handle all the time.</summary>
    private sealed class Own
    {
        public ComponentState State;
        public ErrorBatch Burst;
    }
}

/// <summary>
/// The errors of a burst, for the metrics actor: it is told the first ones one by one, because they may be logged, and the others together,
/// kind by kind. It outlives the actor, so that a crash loses none.
/// </summary>
internal struct ErrorBatch
{
    private const int OneByOne = LogAllowance.MostOfOne;
    private int _first;
    private ErrorRecorded? _last;
    private long _count;

    /// <summary>Takes an error in. Returns what is to be told now; null where that can wait.</summary>
    public IComponentEvent? Add(ErrorRecorded recorded)
    {
        if (_first < OneByOne)
        {
            _first++;
            return recorded;
        }

        var told = _last is { } last && ErrorKind.Of(last.Error) != ErrorKind.Of(recorded.Error) ? Take() : null;
        if (_last is null || !_last.HasTrace || recorded.HasTrace) _last = recorded;
        _count++;
        return told;
    }

    /// <summary>The burst is over. Returns what is left to be told; null where nothing is.</summary>
    public IComponentEvent? End()
    {
        _first = 0;
        return Take();
    }

    private ErrorsRecorded? Take()
    {
        if (_last is null) return null;
        var told = new ErrorsRecorded(_last, _count);
        (_last, _count) = (null, 0);
        return told;
    }
}

/// <summary>Errors of one kind, for the metrics actor.</summary>
/// <param name="Last">The last of them, if possible one of a trace.</param>
/// <param name="Count">How many there are.</param>
internal sealed record ErrorsRecorded(ErrorRecorded Last, long Count) : IComponentEvent
{
    public string Component => Last.Component;

    public long Number => Last.Number;
}
