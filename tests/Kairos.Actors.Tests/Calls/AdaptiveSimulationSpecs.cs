using System.Globalization;
using Kairos.State;
using Microsoft.Extensions.Time.Testing;
using Xunit.Abstractions;

namespace Kairos.Tests.Calls;

/// <summary>
/// Sixty callers, and a callee that works on 20 calls at a time, then on 10, then on 20 again, the others waiting for it, in virtual time: through the very guard that
/// production uses. <c>LimitSimulationTests</c> compares the rule itself with those of others.
/// </summary>
public sealed class AdaptiveSimulationSpecs(ITestOutputHelper output)
{
    [Fact]
    public async Task The_guard_finds_what_the_callee_can_take_and_follows_it()
    {
        var simulation = new Simulation();
        await using var system = await GuardedSystem.StartAsync(simulation.Time, llm: c => c with
        {
            Call = c.Call with { MaxConcurrent = CallPolicy.AdaptiveConcurrency, MaxQueued = 100 },
        });

        var phases = await simulation.RunAsync(system, [20, 10, 20]);

        foreach (var phase in phases) output.WriteLine($"{phase}");
        Assert.All(phases, phase => Assert.InRange(phase.PerSecond, 0.85 * phase.Capacity, 1.03 * phase.Capacity));
        Assert.All(phases, phase => Assert.InRange(phase.Limit, 0.85 * phase.Capacity, 1.35 * phase.Capacity));
        Assert.All(phases, phase => Assert.InRange(phase.Latency, 0.95, 1.3)); // 3 s without a limit, and 6 s for the half
        Assert.Equal((0, 0), (simulation.Rejected, system.Kairos.HandleOf("llm").BulkheadFor(system.Llm.Snapshot!.Settings.Call)!.Active));
    }

    private sealed record Phase(int Capacity, double PerSecond, double Latency, double Limit)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Capacity} at a time: {PerSecond:0.0} a second, {Latency:0.00} s each, the limit {Limit:0.0}");
    }

    private sealed class Simulation
    {
        private const int Callers = 60;
        private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
        private static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);
        private static readonly TimeSpan Measuring = TimeSpan.FromMinutes(3);
        private readonly Lock _lock = new();
        private readonly Queue<TaskCompletionSource> _line = new();
        private int _capacity;
        private int _atWork;
        private int _asleep;
        private int _answered;
        private double _seconds;
        private bool _isOver;

        public FakeTimeProvider Time { get; } = new();

        public int Rejected { get; private set; }

        public async Task<IReadOnlyList<Phase>> RunAsync(GuardedSystem system, int[] capacities)
        {
            _capacity = capacities[0];
            var bulkhead = system.Kairos.HandleOf("llm").BulkheadFor(system.Llm.Snapshot!.Settings.Call)!;
            var callers = Enumerable.Range(0, Callers).Select(number => Task.Run(() => CallAsync(system.Llm, new Random(number)))).ToArray();
            var phases = new List<Phase>();
            foreach (var capacity in capacities)
            {
                _capacity = capacity;
                await PassAsync(bulkhead, Settling);
                (_answered, _seconds) = (0, 0);
                var limit = await PassAsync(bulkhead, Measuring);
                phases.Add(new Phase(capacity, _answered / Measuring.TotalSeconds, _seconds / _answered, limit));
            }

            _isOver = true;
            while (callers.Any(caller => !caller.IsCompleted))
            {
                Time.Advance(TimeSpan.FromSeconds(1));
                await Task.Yield();
            }

            await Task.WhenAll(callers).Soon();
            return phases;
        }

        /// <summary>Lets time pass. Returns the mean of the limit.</summary>
        private async Task<double> PassAsync(Bulkhead bulkhead, TimeSpan length)
        {
            var (sum, steps) = (0.0, (int)(length / Step));
            for (var i = 0; i < steps; i++)
            {
                await QuietAsync(() => bulkhead.Queued + Resting == Callers);
                sum += bulkhead.Adapted ?? 0;
                Time.Advance(Step);
            }

            return sum / steps;
        }

        private int Resting
        {
            get
            {
                lock (_lock) return _line.Count + _asleep;
            }
        }

        private async Task CallAsync(ComponentGuard guard, Random random)
        {
            while (!_isOver)
            {
                var outcome = await guard.TryExecuteAsync(static (it, _) => it.Self.AnswerAsync(it.Random), (Self: this, Random: random));
                if (outcome.IsSuccess) continue;
                lock (_lock) Rejected++;
                await SleepAsync(TimeSpan.FromSeconds(1));
            }
        }

        private async ValueTask<int> AnswerAsync(Random random)
        {
            var begin = Time.GetTimestamp();
            await WaitAsync();
            await SleepAsync(TimeSpan.FromSeconds(0.5 + random.NextDouble())); // one second, more or less
            lock (_lock)
            {
                _atWork--;
                while (_atWork < _capacity && _line.TryDequeue(out var next))
                {
                    _atWork++;
                    next.SetResult();
                }

                _answered++;
                _seconds += Time.GetElapsedTime(begin).TotalSeconds;
            }

            return 1;
        }

        private Task WaitAsync()
        {
            lock (_lock)
            {
                if (_atWork < _capacity)
                {
                    _atWork++;
                    return Task.CompletedTask;
                }

                var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _line.Enqueue(turn);
                return turn.Task;
            }
        }

        private async Task SleepAsync(TimeSpan time)
        {
            var nap = Task.Delay(time, Time);
            lock (_lock) _asleep++;
            _ = nap.ContinueWith(
                _ =>
                {
                    lock (_lock) _asleep--;
                },
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            await nap;
        }

        private static async Task QuietAsync(Func<bool> isQuiet)
        {
            for (var i = 0; !isQuiet(); i++)
            {
                Assert.True(i < 10_000_000, "the callers do not come to rest");
                await Task.Yield();
            }
        }
    }
}
