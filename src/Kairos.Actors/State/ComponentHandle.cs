using System.Collections.Immutable;
using Akka.Actor;
using Kairos.CircuitBreaker;
using Kairos.Components;

namespace Kairos.State;

/// <summary>
/// Where a component's actor meets everybody else, and what outlives a crash of that actor. The actor alone writes; all other threads read
/// what is marked as shared.
/// </summary>
internal sealed class ComponentHandle
{
    // Written by the actor only. A snapshot is immutable, and a reference is written at once; volatile gives readers on other threads
    // a picture that is whole (release on write, acquire on read), though perhaps not the newest.
    private volatile ComponentSnapshot _snapshot;
    private volatile IActorRef _actor = ActorRefs.Nobody;
    private volatile bool _isRetired;
    private volatile bool _isGone;
    private TimeInStates _timesRead;
    private Bulkhead? _bulkhead;
    private RetryBudget? _retries; // most components never retry
    private ComponentMetrics? _metrics;
    private readonly Own _own = new();

    public ComponentHandle(string name, long number, ComponentHandle? parent, ComponentSettings settings, MonotonicClock clock)
    {
        Name = name;
        Number = number;
        Parent = parent;
        Settings = settings;
        _own.State = ComponentState.Initial(clock.Now, (ulong)Random.Shared.NextInt64());
        _snapshot = Picture(clock);
    }

    /// <summary>Shared: the component's name.</summary>
    public string Name { get; }

    /// <summary>Shared: a number that grows with every component. A component that was removed and the next one of its name have nothing in common.</summary>
    public long Number { get; }

    /// <summary>Shared: the component above; the same as long as this one is there, because who removes a component removes what is beneath it.</summary>
    public ComponentHandle? Parent { get; }

    /// <summary>Shared: what was published last.</summary>
    public ComponentSnapshot Snapshot
    {
        get => _snapshot;
        set => _snapshot = value;
    }

    /// <summary>Shared: the actor that has the component. The supervisor writes it, before anybody else can find the handle.</summary>
    public IActorRef Actor
    {
        get => _actor;
        set => _actor = value;
    }

    /// <summary>Shared: whether the component was removed: what is told to it from now on is refused.</summary>
    public bool IsRetired
    {
        get => _isRetired;
        set => _isRetired = value;
    }

    /// <summary>Shared: whether the actor of the removed component has ended, too, and nobody is there to refuse.</summary>
    public bool IsGone
    {
        get => _isGone;
        set => _isGone = value;
    }

    /// <summary>Shared: the component's counters; null while there is nothing to count. The metrics actor alone makes them, and adds.</summary>
    public ComponentMetrics? Metrics => Volatile.Read(ref _metrics);

    /// <summary>The metrics actor's own: the counters, made where there are none yet.</summary>
    public ComponentMetrics MakeMetrics()
    {
        if (_metrics is null) Volatile.Write(ref _metrics, new ComponentMetrics(Name));
        return _metrics!;
    }

    /// <summary>
    /// Shared: time spent in each state up to a moment. A reader may credit the old state for the microseconds between the moment of a transition
    /// and its publication; a counter must not shrink for that, so what was read once is the floor of what is read next. (The lock is the
    /// ledger's because nobody else locks that, and a lock of its own is memory in every component.)
    /// </summary>
    public TimeInStates ReadTimes(TimeSpan now)
    {
        lock (Ledger) return _timesRead = TimeInStates.Max(_timesRead, _snapshot.TimeInStates(now));
    }

    /// <summary>Shared: how guarded calls ended.</summary>
    public CallLedger Ledger { get; } = new();

    /// <summary>Shared: the ledger's successes, which nearly every call counts.</summary>
    public ref StripedCounter Successes => ref Ledger.Successes;

    /// <summary>Shared: how many retries the component may still have.</summary>
    public RetryBudget Retries => Volatile.Read(ref _retries) ?? LazyInitializer.EnsureInitialized(ref _retries);

    /// <summary>Shared: the limit of concurrent calls for a policy; null where it sets none. Calls that run when it changes leave the one they entered.</summary>
    public Bulkhead? BulkheadFor(CallPolicy policy)
    {
        if (policy.MaxConcurrent == 0) return null;
        var current = Volatile.Read(ref _bulkhead);
        while (current?.Has(policy) != true)
        {
            var next = new Bulkhead(policy.MaxConcurrent, policy.MaxQueued);
            var seen = Interlocked.CompareExchange(ref _bulkhead, next, current);
            current = ReferenceEquals(seen, current) ? next : seen;
        }

        return current;
    }

    /// <summary>The actor's own: the places for probe calls while half-open; callers have it from the snapshot.</summary>
    public ProbeGate? Gate { get; set; }

    /// <summary>The actor's own: how many successes of the ledger have been taken into the window.</summary>
    public long SuccessesSeen { get; set; }

    /// <summary>The actor's own: what it decided last. By reference, because it is large.</summary>
    public ref ComponentState State => ref _own.State;

    /// <summary>The actor's own: errors that the metrics actor has yet to be told. By reference, because it is a value.</summary>
    public ref ErrorBatch Burst => ref _own.Burst;

    /// <summary>The actor's own: the settings in force.</summary>
    public ComponentSettings Settings { get; set; }

    /// <summary>The actor's own: whether it has told everybody that the component is no more.</summary>
    public bool HasLeft { get; set; }

    /// <summary>The actor's own: whether it no longer looks at what callers count, because at its last look there was nothing new. Then the first
    /// caller who succeeds tells it.</summary>
    public bool IsIdle { get; set; } = true;

    /// <summary>The actor's own: whether the next success is to be told: it ends a streak of failures, or a time without calls.</summary>
    public bool WantsToKnow => State.Breaker.ConsecutiveFailures > 0 || (IsIdle && Settings.Breaker.UsesWindow);

    /// <summary>The actor's own: what there is to publish.</summary>
    public ComponentSnapshot Picture(MonotonicClock clock) => new(Name, Number, State, Settings, clock, Gate, WantsToKnow);

    /// <summary>The actor's own: who is told its events, each once.</summary>
    public ImmutableArray<IActorRef> Subscribers { get; set; } = [];

    /// <summary>What the actor changes with every message: in an object of its own, because callers read the handle all the time.</summary>
    private sealed class Own
    {
        public ComponentState State;
        public ErrorBatch Burst;
    }
}
