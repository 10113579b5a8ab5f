using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Xunit.Abstractions;

namespace Kairos.Tests.Calls;

/// <summary>
/// Fifty callers, a provider that allows 500 requests and 100,000 tokens a minute, and ten minutes, in virtual time: through the very guard that
/// production uses. The figures stand in docs/limits.md.
/// </summary>
public sealed class RateSimulationSpecs(ITestOutputHelper output)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_within_a_known_limit_are_hardly_ever_refused_and_use_nearly_all_of_it(bool inWindows)
    {
        var (limited, free) = (await RunAsync(inWindows, Known), await RunAsync(inWindows, new RatePolicy()));

        output.WriteLine($"limited: {limited}");
        output.WriteLine($"without: {free}");
        Assert.InRange(limited.Refused, 0, 3);
        Assert.InRange(limited.Share, 0.9, 1.1);
        Assert.True(free.Refused > 100, $"without a limiter it is refused {free.Refused} times");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Limits_that_are_learned_are_kept_nearly_as_well(bool inWindows)
    {
        var learned = await RunAsync(inWindows, new RatePolicy { Learn = true, MaxWait = TimeSpan.FromMinutes(2) });

        output.WriteLine($"learned: {learned}");
        Assert.InRange(learned.Refused, 0, 10);
        Assert.InRange(learned.Share, 0.9, 1.1);
    }

    private static readonly RatePolicy Known = new() { Requests = 500, Tokens = 100_000, MaxWait = TimeSpan.FromMinutes(2) };

    /// <summary>Without a limit the circuit only observes: it would spare a provider refusals as well, at the price of calls that are rejected.</summary>
    private static async Task<Result> RunAsync(bool inWindows, RatePolicy rate)
    {
        var simulation = new Simulation(inWindows);
        await using var system = await GuardedSystem.StartAsync(simulation.Time, llm: c => c with
        {
            Breaker = c.Breaker with { ConsecutiveFailures = 1000, Mode = rate.Tokens > 0 || rate.Learn ? BreakerMode.Enforce : BreakerMode.Observe },
            Call = c.Call with { Rate = rate },
        });
        return await simulation.RunAsync(system);
    }

    private sealed record Result(int Requests, int Refused, long Tokens)
    {
        public double Share => Tokens / (10.0 * 100_000);

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Requests} answered, {Refused} refused, {Share:P1} of the tokens used");
    }

    private sealed class Simulation
    {
        private const int Callers = 50;
        private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);
        private static readonly TimeSpan Length = TimeSpan.FromMinutes(10);
        private readonly LimitedProvider _provider;
        private int _asleep;
        private int _answered;
        private int _refused;
        private long _tokens;
        private bool _isOver;

        public Simulation(bool inWindows) => _provider = new LimitedProvider(Time, 500, 100_000, inWindows);

        public FakeTimeProvider Time { get; } = new();

        public async Task<Result> RunAsync(GuardedSystem system)
        {
            var limiter = system.Kairos.HandleOf("llm").RateLimiter;
            var callers = Enumerable.Range(0, Callers).Select(number => Task.Run(() => CallAsync(system.Llm, new Random(number)))).ToArray();
            for (var at = TimeSpan.Zero; at < Length; at += Step)
            {
                await QuietAsync(() => Volatile.Read(ref _asleep) + limiter.Queued == Callers);
                Time.Advance(Step);
            }

            _isOver = true;
            while (callers.Any(caller => !caller.IsCompleted))
            {
                Time.Advance(TimeSpan.FromSeconds(1));
                await Task.Yield();
            }

            await Task.WhenAll(callers).Soon();
            return new Result(_answered, _refused, _tokens);
        }

        private async Task CallAsync(ComponentGuard guard, Random random)
        {
            while (!_isOver)
            {
                var (input, output) = (random.Next(20, 100), random.Next(50, 501));
                var usage = new CallUsage((long)((input + output) * (0.7 + (0.6 * random.NextDouble()))));
                var outcome = await guard.TryExecuteAsync(
                    static (call, token) => call.Self.AskAsync(call, token), new Request(this, guard, usage, input, output, random), new GuardedCallOptions { Usage = usage });
                if (!outcome.IsSuccess) await SleepAsync(Max(TimeSpan.FromSeconds(1), outcome.RetryAfter ?? outcome.Error?.RetryAfter ?? default));
            }
        }

        private async ValueTask<int> AskAsync(Request request, CancellationToken cancellationToken)
        {
            await SleepAsync(TimeSpan.FromMilliseconds(request.Random.Next(20, 80)));
            var refused = _provider.Ask(request.Input + request.Output, out var told);
            request.Guard.ReportLimits(told.GetValueOrDefault);
            if (refused is { } retryAfter)
            {
                if (!_isOver) Interlocked.Increment(ref _refused);
                throw new KairosException(new KairosError(ErrorCode.RateLimit, "too many") { RetryAfter = retryAfter });
            }

            if (!_isOver) Interlocked.Add(ref _tokens, request.Input + request.Output);
            await SleepAsync(TimeSpan.FromMilliseconds(request.Output * 10));
            (request.Usage.Input, request.Usage.Output) = (request.Input, request.Output);
            Interlocked.Increment(ref _answered);
            return 1;
        }

        private async Task SleepAsync(TimeSpan time)
        {
            var nap = Task.Delay(time + TimeSpan.FromMilliseconds(1), Time);
            Interlocked.Increment(ref _asleep);
            _ = nap.ContinueWith(_ => Interlocked.Decrement(ref _asleep), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            await nap;
        }

        private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

        private static async Task QuietAsync(Func<bool> isQuiet)
        {
            for (var i = 0; !isQuiet(); i++)
            {
                Assert.True(i < 10_000_000, "the callers do not come to rest");
                await Task.Yield();
            }
        }

        private sealed record Request(Simulation Self, ComponentGuard Guard, CallUsage Usage, int Input, int Output, Random Random);
    }

    /// <summary>A provider that keeps its limits: with buckets that are filled all the time, or with a window of a minute. It counts the tokens of a
    /// request when it comes.</summary>
    private sealed class LimitedProvider(TimeProvider time, double maxRequests, double maxTokens, bool inWindows)
    {
        private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
        private readonly Lock _lock = new();
        private readonly long _start = time.GetTimestamp();
        private double _requests;
        private double _tokens;
        private TimeSpan _at = TimeSpan.MinValue;

        /// <summary>Null where the request is answered; how long to wait where it is refused.</summary>
        /// <param name="size">The request's tokens.</param>
        /// <param name="told">The headers of the answer: OpenAI's of the one kind, Anthropic's of the other.</param>
        public TimeSpan? Ask(int size, out Dictionary<string, string> told)
        {
            lock (_lock)
            {
                var now = time.GetElapsedTime(_start);
                Fill(now);
                var isAllowed = _requests >= 1 && _tokens >= size;
                if (isAllowed) (_requests, _tokens) = (_requests - 1, _tokens - size);
                told = Headers(now);
                return isAllowed ? null : inWindows ? Window - (now - Begin(now)) : TimeSpan.FromMinutes(Math.Max((1 - _requests) / maxRequests, (size - _tokens) / maxTokens));
            }
        }

        private Dictionary<string, string> Headers(TimeSpan now)
        {
            var left = new[] { ("requests", maxRequests, Math.Floor(_requests)), ("tokens", maxTokens, Math.Floor(_tokens)) };
            return inWindows
                ? left.SelectMany(one => new[]
                {
                    ($"anthropic-ratelimit-{one.Item1}-limit", Text(one.Item2)),
                    ($"anthropic-ratelimit-{one.Item1}-remaining", Text(one.Item3)),
                    ($"anthropic-ratelimit-{one.Item1}-reset", (time.GetUtcNow() + Window - (now - Begin(now))).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)),
                }).ToDictionary()
                : left.SelectMany(one => new[]
                {
                    ($"x-ratelimit-limit-{one.Item1}", Text(one.Item2)),
                    ($"x-ratelimit-remaining-{one.Item1}", Text(one.Item3)),
                    ($"x-ratelimit-reset-{one.Item1}", Text(Math.Round(60_000 * (one.Item2 - one.Item3) / one.Item2)) + "ms"),
                }).ToDictionary();

            static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
        }

        private void Fill(TimeSpan now)
        {
            if (inWindows)
            {
                if (Begin(now) > _at) (_requests, _tokens) = (maxRequests, maxTokens);
            }
            else
            {
                var minutes = _at < TimeSpan.Zero ? 1 : (now - _at).TotalMinutes; // full at the start
                (_requests, _tokens) = (Math.Min(maxRequests, _requests + (maxRequests * minutes)), Math.Min(maxTokens, _tokens + (maxTokens * minutes)));
            }

            _at = now;
        }

        private static TimeSpan Begin(TimeSpan now) => Window * Math.Floor(now / Window);
    }
}
