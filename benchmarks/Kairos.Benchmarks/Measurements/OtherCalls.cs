using Kairos.Benchmarks.Measuring;
using Kairos.Benchmarks.Peers;
using Kairos.Benchmarks.Results;
using Kairos.Benchmarks.Subjects;
using Polly.CircuitBreaker;

namespace Kairos.Benchmarks.Measurements;

/// <summary>Calls with all that a guard can do, calls that are rejected, that fail, that await.</summary>
internal static class OtherCalls
{
    public static IEnumerable<Measurement> All =>
    [
        new("full.vs-polly-telemetry", "deadline, retry, attempt timeout, breaker, telemetry on / Polly's retry, breaker, timeout with telemetry",
            [new("full.vs-polly-telemetry", 0.15), Expectation.Bytes("full.vs-polly-telemetry", 0)],
            (pace, log) => FullAsync("full.vs-polly-telemetry", pace, log, telemetry: true)),
        new("full.vs-polly", "the same with nobody listening / the same without telemetry",
            [new("full.vs-polly"), Expectation.Bytes("full.vs-polly", 0)],
            (pace, log) => FullAsync("full.vs-polly", pace, log, telemetry: false)) { Processes = 1, IsExtra = true },
        new("reject-throw.vs-polly", "circuit open, an exception / the same of Polly",
            [new("reject-throw.vs-polly", 0.5), Expectation.Bytes("reject-throw.vs-polly")], RejectThrowAsync),
        new("reject-outcome.vs-polly", "circuit open, an outcome / the same of Polly",
            [new("reject-outcome.vs-polly", 0.10), Expectation.Bytes("reject-outcome.vs-polly", 0)], RejectOutcomeAsync),
        new("fail.vs-polly", "the call throws: classified, acknowledged, counted / Polly's breaker with telemetry",
            [new("fail.vs-polly", 0.8), Expectation.Bytes("fail.vs-polly")], FailAsync),
        new("fail-async.vs-polly", "the same for a call that is an asynchronous method",
            [new("fail-async.vs-polly"), Expectation.Bytes("fail-async.vs-polly")], FailAsynchronouslyAsync) { Processes = 1, IsExtra = true },
        new("async-overhead.vs-polly", "what the guard adds to a call that really awaits / what Polly's breaker adds",
            [new("async-overhead.vs-polly", 0.4) { Slack = 0.05 }, Expectation.Bytes("async-overhead.vs-polly")], AsyncOverheadAsync),
        new("rate.vs-token-bucket", "taking from a limit of requests and one of tokens that have room / TokenBucketRateLimiter.AttemptAcquire",
            [new("rate.vs-token-bucket", 1.5), Expectation.Bytes("rate.vs-token-bucket", 0)], RateAsync),
        new("none.overhead", "a guarded call with nobody listening, less the same without instruments",
            [new("none.overhead", 2) { Slack = 1 }], NoneOverheadAsync),
    ];

    private static async Task<IReadOnlyList<ResultLine>> FullAsync(string name, Pace pace, TextWriter log, bool telemetry)
    {
        await using var world = await GuardedWorld.StartAsync(GuardedWorld.Full);
        using var listening = telemetry ? Listening.Start() : null;
        var polly = new Calls<PollyCall>(new PollyCall(PollyPipelines.Full(telemetry)));
        return await Compared.RunAsync(name, pace, log, new Calls<GuardCall>(new GuardCall(world.Llm)), polly);
    }

    private static async Task<IReadOnlyList<ResultLine>> RejectThrowAsync(Pace pace, TextWriter log)
    {
        await using var world = await GuardedWorld.StartOpenAsync();
        var polly = new PollyCall(await PollyPipelines.OpenAsync(telemetry: false));
        return await Compared.RunAsync(
            "reject-throw.vs-polly", pace, log,
            new ThrowingCalls<GuardCall, CircuitOpenException>(new GuardCall(world.Llm)),
            new ThrowingCalls<PollyCall, BrokenCircuitException>(polly));
    }

    private static async Task<IReadOnlyList<ResultLine>> RejectOutcomeAsync(Pace pace, TextWriter log)
    {
        await using var world = await GuardedWorld.StartOpenAsync();
        var polly = new PollyRejectedOutcome(await PollyPipelines.OpenAsync(telemetry: false));
        return await Compared.RunAsync(
            "reject-outcome.vs-polly", pace, log,
            new Calls<GuardRejectedOutcome>(new GuardRejectedOutcome(world.Llm)),
            new Calls<PollyRejectedOutcome>(polly));
    }

    private static async Task<IReadOnlyList<ResultLine>> FailAsync(Pace pace, TextWriter log)
    {
        await using var world = await GuardedWorld.StartAsync(GuardedWorld.PatientBreaker);
        using var listening = Listening.Start();
        return await Compared.RunAsync(
            "fail.vs-polly", pace, log,
            new ThrowingCalls<GuardFailingCall, HttpRequestException>(new GuardFailingCall(world.Llm)),
            new ThrowingCalls<PollyFailingCall, HttpRequestException>(new PollyFailingCall(PollyPipelines.PatientBreaker(telemetry: true))));
    }

    private static async Task<IReadOnlyList<ResultLine>> FailAsynchronouslyAsync(Pace pace, TextWriter log)
    {
        await using var world = await GuardedWorld.StartAsync(GuardedWorld.PatientBreaker);
        using var listening = Listening.Start();
        return await Compared.RunAsync(
            "fail-async.vs-polly", pace, log,
            new ThrowingCalls<GuardAsyncFailingCall, HttpRequestException>(new GuardAsyncFailingCall(world.Llm)),
            new ThrowingCalls<PollyAsyncFailingCall, HttpRequestException>(new PollyAsyncFailingCall(PollyPipelines.PatientBreaker(telemetry: true))));
    }

    private static async Task<IReadOnlyList<ResultLine>> AsyncOverheadAsync(Pace pace, TextWriter log)
    {
        const string name = "async-overhead.vs-polly";
        await using var world = await GuardedWorld.StartAsync();
        var ours = new Calls<GuardAwaitingCall>(new GuardAwaitingCall(world.Llm));
        var polly = new Calls<PollyAwaitingCall>(new PollyAwaitingCall(PollyPipelines.Breaker(telemetry: false)));
        var bare = new Calls<BareAwaitingCall>(default);
        var timings = await Interleaving.RunAsync(pace, null, bare, ours, polly);
        var (mine, theirs) = (timings.Difference(1, 0), timings.Difference(2, 0));
        var bytes = await Compared.BytesAsync(ours, timings.Nanoseconds(1)) - await Compared.BytesAsync(bare, timings.Nanoseconds(0));
        await log.WriteLineAsync($"{name}: ours adds {mine:n1} ns, {bytes:n0} B, theirs {theirs:n1} ns, to {timings.Nanoseconds(0):n1} ns");
        return [new ResultLine(name, mine / theirs), new ResultLine(name + ".bytes", Math.Round(bytes, 2), "B")];
    }

    private static async Task<IReadOnlyList<ResultLine>> RateAsync(Pace pace, TextWriter log)
    {
        await using var theirs = RoomyLimits.TokenBucket();
        return await Compared.RunAsync(
            "rate.vs-token-bucket", pace, log,
            new Calls<TakenRequest>(new TakenRequest(RoomyLimits.Ours())),
            new Calls<AcquiredPermit>(new AcquiredPermit(theirs)));
    }

    private static async Task<IReadOnlyList<ResultLine>> NoneOverheadAsync(Pace pace, TextWriter log)
    {
        await using var world = await GuardedWorld.StartAsync();
        await using var mute = await MuteGuard.StartAsync();
        var with = new Calls<GuardCall>(new GuardCall(world.Llm));
        var without = new Calls<GuardCall>(new GuardCall(mute.Llm));
        var timings = await Interleaving.RunAsync(pace, null, with, without);
        await log.WriteLineAsync($"none.overhead: with instruments {timings.Nanoseconds(0):n2} ns, without {timings.Nanoseconds(1):n2} ns");
        return [new ResultLine("none.overhead", timings.Difference(0, 1), "ns")];
    }
}
