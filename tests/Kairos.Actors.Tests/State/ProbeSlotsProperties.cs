using CsCheck;
using Kairos.CircuitBreaker;
using Kairos.State;
using Kairos.Tests.CircuitBreaker;
using Kairos.Tests.Errors;

namespace Kairos.Tests.State;

/// <summary>
/// The real slots and the real machine, with callers who decide from pictures that are old, whose outcomes are cancelled, late, lost or told
/// twice, under policies that change, and with an actor that is replaced between any two steps.
/// </summary>
public sealed class ProbeSlotsProperties
{
    private enum Do
    {
        Look,
        Ask,
        Succeed,
        Fail,
        Cancel,
        TellTwice,
        Lose,
        Wait,
        WaitForTheDeadline,
        Reconfigure,
        ReplaceTheActor,
        Report,
        Reset,
    }

    private static readonly Gen<(Do What, int Who, int Amount)[]> Steps = Gen.Select(
        Gen.Frequency(
            (4, Do.Look), (10, Do.Ask), (4, Do.Succeed), (2, Do.Fail), (2, Do.Cancel), (2, Do.TellTwice), (2, Do.Lose), (3, Do.Wait),
            (4, Do.WaitForTheDeadline), (1, Do.Reconfigure), (2, Do.ReplaceTheActor), (1, Do.Report), (1, Do.Reset)),
        Gen.Int[0, 7],
        Gen.Int[1, 70]).Array[20, 150];

    [Fact]
    public void Whatever_callers_and_the_actor_do_no_more_than_the_limit_run_and_every_place_comes_back() => Steps.Sample(
        steps =>
        {
            var world = new World();
            foreach (var (what, who, amount) in steps) world.Step(what, who, amount);
            world.ComeToRest();
        },
        iter: 3_000);

    [Fact]
    public async Task Many_threads_share_the_places_of_one_generation()
    {
        const int Limit = 3;
        var slots = new ProbeSlots(2, Limit, 10);
        var policy = new BreakerPolicy { HalfOpenCalls = Limit };
        var numbers = new System.Collections.Concurrent.ConcurrentBag<long>();
        var (running, most) = (0, 0);
        var settle = new Lock();
        var leases = new Dictionary<long, bool>(); // what an actor would know

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                if (!slots.TryClaim(TimeSpan.FromSeconds(i), out var ticket)) continue;
                InterlockedMax(ref most, Interlocked.Increment(ref running));
                numbers.Add(ticket.Lease);
                Interlocked.Decrement(ref running);
                lock (settle)
                {
                    foreach (var claim in slots.Claims) leases.TryAdd(claim.Number, true);
                    leases[ticket.Lease] = false;
                    var state = BreakerState.Initial(TimeSpan.Zero);
                    state.Last = new CircuitTransition(2, CircuitStatus.Open, CircuitStatus.HalfOpen, TransitionReason.Deadline, TimeSpan.Zero);
                    state.LastLease = leases.Keys.Max();
                    state.Leases = [.. leases.Where(pair => pair.Value).Select(pair => new ProbeLease(pair.Key, TimeSpan.MaxValue))];
                    ProbeSlots.For(slots, policy, state);
                    foreach (var ended in leases.Where(pair => !pair.Value && pair.Key < ticket.Lease - 100).ToList()) leases.Remove(ended.Key);
                }
            }
        })));

        Assert.Equal(numbers.Count, numbers.Distinct().Count());
        Assert.InRange(most, 1, Limit);
        Assert.Empty(slots.Claims);
        Assert.Equal(10 + numbers.Count, numbers.Max());

        static void InterlockedMax(ref int most, int value)
        {
            for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most)) Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    private sealed class World
    {
        private readonly DrivenBreaker _breaker = new(TimeSpan.Zero, seed: 1);
        private readonly (CircuitPicture Picture, ProbeSlots? Slots)[] _seen = new (CircuitPicture, ProbeSlots?)[8];
        private readonly List<CallTicket> _running = [];
        private readonly HashSet<CallTicket> _given = [];
        private BreakerPolicy _policy = new() { ConsecutiveFailures = 1, OpenDuration = TimeSpan.FromSeconds(10), OpenGrowth = 1, ProbeLease = TimeSpan.FromSeconds(30) };
        private TimeSpan _now;

        public World()
        {
            Tell(BreakerInput.Failure(CallTicket.Report, SampleErrors.Counted()));
            for (var who = 0; who < _seen.Length; who++) Look(who);
        }

        public void Step(Do what, int who, int amount)
        {
            switch (what)
            {
                case Do.Look: Look(who); break;
                case Do.Ask: Ask(who); break;
                case Do.Succeed: End(ticket => BreakerInput.Success(ticket)); break;
                case Do.Fail: End(ticket => BreakerInput.Failure(ticket, SampleErrors.Counted())); break;
                case Do.Cancel: End(BreakerInput.Neutral); break;
                case Do.TellTwice: End(ticket => BreakerInput.Success(ticket), times: 2); break;
                case Do.Lose: _running.RemoveRange(0, Math.Min(1, _running.Count)); break; // with the actor that had been told it
                case Do.Wait: _now += TimeSpan.FromSeconds(amount); break;
                case Do.WaitForTheDeadline: _now = _breaker.State.NextDeadline > _now ? _breaker.State.NextDeadline.Value : _now; break;
                case Do.Reconfigure: _policy = _policy with { HalfOpenCalls = 1 + (amount % 4), SuccessThreshold = 1 + (amount % 3), Mode = amount % 5 == 0 ? BreakerMode.Observe : BreakerMode.Enforce }; Tell(BreakerInput.Tick); break;
                case Do.ReplaceTheActor: Tell(BreakerInput.Tick); break; // the next one takes the claims in, and then looks at the time
                case Do.Report: Tell(amount % 2 == 0 ? BreakerInput.Success(CallTicket.Report) : BreakerInput.Failure(CallTicket.Report, SampleErrors.Counted())); break;
                default: Tell(amount % 2 == 0 ? BreakerInput.Reset : BreakerInput.Isolate); break;
            }
        }

        /// <summary>Nobody calls any more, and nobody tells anything but the time: nothing is stuck.</summary>
        public void ComeToRest()
        {
            _policy = _policy with { Mode = BreakerMode.Enforce };
            Tell(BreakerInput.Reset);
            Tell(BreakerInput.Failure(CallTicket.Report, SampleErrors.Counted()));
            for (var i = 0; i < 3; i++)
            {
                _now = _breaker.State.NextDeadline ?? _now;
                Tell(BreakerInput.Tick);
                Assert.Equal(CircuitStatus.HalfOpen, _breaker.State.Circuit);
                Assert.True(_breaker.Slots!.TryClaim(_now, out _), "no place has come back"); // and its message is lost
                Tell(BreakerInput.Tick);
                _now = _breaker.State.NextDeadline!.Value;
                Tell(BreakerInput.Tick);
                Assert.Equal(TransitionReason.ProbeExpired, _breaker.State.Last.Reason);
            }
        }

        private void Look(int who) => _seen[who] = (CircuitPicture.Of(_policy, _breaker.State), _breaker.Slots);

        private void Ask(int who)
        {
            var (picture, slots) = _seen[who];
            if (ProbeSlots.TryAdmit(picture, slots, _now) is not { } answer)
            {
                Tell(BreakerInput.Tick);
                Look(who);
                return;
            }

            if (!answer.IsAdmitted) return;
            _running.Add(answer.Ticket);
            if (!answer.Ticket.IsProbe) return;
            Assert.True(_given.Add(answer.Ticket), "a place was given twice");
            if (ReferenceEquals(slots, _breaker.Slots)) Assert.InRange(_breaker.Slots!.Claims.Length, 1, Math.Max(_policy.HalfOpenCalls, _breaker.State.Leases.Length));
        }

        private void End(Func<CallTicket, BreakerInput> how, int times = 1)
        {
            if (_running.Count == 0) return;
            var ticket = _running[0];
            _running.RemoveAt(0);
            for (var i = 0; i < times; i++) Tell(how(ticket));
        }

        private void Tell(BreakerInput input)
        {
            var before = _breaker.State;
            _breaker.Apply(_policy, input, _now);
            var after = _breaker.State;
            if (after.Circuit != CircuitStatus.HalfOpen) Assert.Null(_breaker.Slots);
            else Assert.Equal(after.Leases.Select(lease => lease.Number).Order(), _breaker.Slots!.Claims.Select(claim => claim.Number));
            if (before.Generation == after.Generation && after.Circuit == CircuitStatus.HalfOpen) Assert.True(after.ProbeSuccesses <= before.ProbeSuccesses + 1);
        }
    }
}
