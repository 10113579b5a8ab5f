using System.Collections.Concurrent;
using Akka.Actor;
using Kairos.Components;
using Kairos.Hosting;

namespace Kairos.Tests.Calls;

/// <summary>Many callers, random outcomes, cancellations, crashes of the actor and new settings, all at once: at the end every call is accounted for.</summary>
public sealed class GuardStressSpecs
{
    private const int Calls = 5_000_000;
    private readonly Tally _tally = new();

    [Theory]
    [InlineData(2, 1_500_000)]
    [InlineData(8, 1_500_000)]
    [InlineData(64, Calls - 3_000_000)]
    public async Task Every_call_is_accounted_for_exactly(int callers, int calls)
    {
        var recorded = new ConcurrentQueue<(ComponentSettings Settings, ComponentInput Input, TimeSpan At)>();
        var time = new CrashingTimeProvider();
        using var system = ActorSystem.Create("stress");
        var kairos = system.UseKairos(options =>
        {
            options.TimeProvider = time;
            options.Recorder = (component, settings, input, at) => { if (component == "llm") recorded.Enqueue((settings, input, at)); };
            options.Component("llm", _ => SettingsOf(0));
        });
        await kairos.DrainAsync();
        var (transitions, listener) = Listen(system);
        var initial = kairos["llm"].Snapshot!;

        using var done = new CancellationTokenSource();
        var trouble = Task.Run(() => MakeTrouble(kairos, time, done.Token));
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => CallAsync(kairos["llm"], caller, calls / callers))))
            .WaitAsync(TimeSpan.FromMinutes(4));
        await done.CancelAsync();
        await trouble;
        await kairos.DrainAsync();

        var snapshot = kairos["llm"].Snapshot!;
        var ledger = ((KairosInstance)kairos).HandleOf("llm").Ledger;
        Assert.Equal(_tally.Successes, ledger.Successes.Total + ledger.UnwindowedSuccesses.Total);
        Assert.Equal(_tally.Failures, ledger.Failures.Total);
        Assert.Equal(_tally.Ignored, ledger.Ignored.Total);
        Assert.Equal(_tally.Rejected, ledger.Rejected);
        Assert.Equal(calls / callers * callers, ledger.TotalMade + ledger.Rejected);
        Assert.Equal(_tally.Errors, snapshot.Errors);
        Assert.Equal(_tally.Errors, ((KairosInstance)kairos).MetricsOf("llm").Errors.Sum(series => series.Measure().Value));
        Assert.All(((KairosInstance)kairos).HandleOf("llm").Slots?.Claims ?? [], claim => Assert.NotEqual(CircuitStatus.HalfOpen, snapshot.Circuit));
        Assert.True(time.Crashes > 0);

        // Nothing moves of its own accord any more, and the listener has heard everything.
        kairos["llm"].Isolate();
        await kairos.DrainAsync();
        await listener.Ask<ActorIdentity>(new Identify(null));
        AssertSameTransitions(initial, recorded, transitions);
        await system.Terminate();
    }

    private static ComponentSettings SettingsOf(int variant) => ComponentSettings.Default with
    {
        Breaker = new BreakerPolicy
        {
            ConsecutiveFailures = 3 + variant,
            FailureRatio = variant == 2 ? 0.5 : 0,
            OpenDuration = TimeSpan.FromMilliseconds(2 + variant),
            OpenMax = TimeSpan.FromMilliseconds(10),
            HalfOpenCalls = 1 + variant,
            SuccessThreshold = 2,
        },
        Call = new CallPolicy { Retry = new RetryPolicy { MaxAttempts = 1 } },
    };

    private static async Task MakeTrouble(IKairos kairos, CrashingTimeProvider time, CancellationToken done)
    {
        var random = new Random(7);
        for (var round = 0; !done.IsCancellationRequested; round++)
        {
            await Task.Delay(5, CancellationToken.None);
            if (round % 3 == 0 && !time.IsArmed)
            {
                // A message that crashes its actor twice is given up. The first answer comes after the restart, the second after what was told again.
                await kairos["llm"].GetSnapshotAsync(CancellationToken.None);
                await kairos["llm"].GetSnapshotAsync(CancellationToken.None);
                time.CrashOnce();
            }

            kairos["llm"].Reconfigure(SettingsOf(random.Next(3)));
        }
    }

    private async Task CallAsync(ComponentGuard guard, int caller, int calls)
    {
        var random = new Random(caller);
        for (var i = 0; i < calls; i++)
        {
            using var cancelled = random.Next(200) == 0 ? new CancellationTokenSource() : null;
            var outcome = await guard.TryExecuteAsync(Work.Do, (Kind: random.Next(100), Cancel: cancelled), cancelled?.Token ?? default);
            _tally.Add(outcome);
        }
    }

    private static (ConcurrentQueue<CircuitTransition> Seen, IActorRef Listener) Listen(ActorSystem system)
    {
        var queue = new ConcurrentQueue<CircuitTransition>();
        var listener = system.ActorOf(Props.Create(() => new Listener(queue)));
        system.EventStream.Subscribe(listener, typeof(ComponentEvents.CircuitStateChanged));
        return (queue, listener);
    }

    private static void AssertSameTransitions(
        ComponentSnapshot initial,
        IEnumerable<(ComponentSettings Settings, ComponentInput Input, TimeSpan At)> recorded,
        IReadOnlyCollection<CircuitTransition> seen)
    {
        var state = ComponentState.Initial(initial.Last.At);
        var replayed = new List<CircuitTransition>();
        foreach (var (settings, input, at) in recorded)
        {
            var decision = ComponentMachine.Apply(settings, state, input, at);
            state = decision.State;
            replayed.AddRange(decision.Changes.Select(change => change.Circuit).OfType<CircuitTransition>());
        }

        Assert.NotEmpty(replayed);
        Assert.Equal(replayed, seen.Take(replayed.Count));
        Assert.Equal(replayed.Count, seen.Count);
    }

    private static class Work
    {
        public static async ValueTask<int> Do((int Kind, CancellationTokenSource? Cancel) state, CancellationToken cancellationToken)
        {
            if (state.Cancel is not null)
            {
                await Task.Yield();
                await state.Cancel.CancelAsync();
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (state.Kind == 0) await Task.Yield();
            if (state.Kind is > 0 and <= 3) throw new TimeoutException();
            if (state.Kind == 4) throw new KairosException(new KairosError(ErrorCode.InvalidInput, "wrong"));
            return state.Kind;
        }
    }

    private sealed class Tally
    {
        private long _successes, _failures, _ignored, _rejected, _errors;

        public long Successes => _successes;

        public long Failures => _failures;

        public long Ignored => _ignored;

        public long Rejected => _rejected;

        public long Errors => _errors;

        public void Add(CallOutcome<int> outcome)
        {
            Interlocked.Increment(ref outcome.Status == CallStatus.Success ? ref _successes
                : ref outcome.Status == CallStatus.Failure ? ref _failures
                : ref outcome.Status == CallStatus.Ignored ? ref _ignored
                : ref _rejected);
            if (outcome.Error is not null) Interlocked.Increment(ref _errors);
        }
    }

    private sealed class Listener(ConcurrentQueue<CircuitTransition> seen) : UntypedActor
    {
        protected override void OnReceive(object message) => seen.Enqueue(((ComponentEvents.CircuitStateChanged)message).Transition);
    }
}
