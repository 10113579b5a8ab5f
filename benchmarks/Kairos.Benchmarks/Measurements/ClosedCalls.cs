using Kairos.Benchmarks.Measuring;
using Kairos.Benchmarks.Peers;
using Kairos.Benchmarks.Results;
using Kairos.Benchmarks.Subjects;

namespace Kairos.Benchmarks.Measurements;

/// <summary>Calls through a closed circuit, which is nearly all calls there ever are.</summary>
internal static class ClosedCalls
{
    private static readonly TimeSpan LongRound = TimeSpan.FromMilliseconds(5);

    public static IEnumerable<Measurement> All =>
    [
        new("closed.vs-polly", "breaker only, nobody listening / Polly's breaker",
            [new("closed.vs-polly", 0.06), Expectation.Bytes("closed.vs-polly", 0)],
            (pace, log) => AgainstPollyAsync("closed.vs-polly", pace, log, telemetry: false)),
        new("closed.vs-polly-telemetry", "the same with OpenTelemetry listening / Polly's breaker with telemetry",
            [new("closed.vs-polly-telemetry"), Expectation.Bytes("closed.vs-polly-telemetry", 0)],
            (pace, log) => AgainstPollyAsync("closed.vs-polly-telemetry", pace, log, telemetry: true)) { Processes = 1 },
        new("closed.vs-lock", "the same / an uncontended breaker with a lock, written by hand",
            [new("closed.vs-lock", 0.7), Expectation.Bytes("closed.vs-lock", 0)], AgainstLockAsync),
        new("closed.vs-akka", "the same / Akka's own CircuitBreaker",
            [new("closed.vs-akka"), Expectation.Bytes("closed.vs-akka", 0)], AgainstAkkaAsync) { Processes = 1, IsExtra = true },
        new("closed.vs-ask", "the same / a breaker that is an actor, asked for each call",
            [new("closed.vs-ask"), Expectation.Bytes("closed.vs-ask", 0)], AgainstAskAsync) { Processes = 1, IsExtra = true },
        new("closed-2threads.vs-polly", "breaker only, from two threads / Polly's breaker from two threads",
            [new("closed-2threads.vs-polly", 0.08), Expectation.Bytes("closed-2threads.vs-polly", 0)], OnTwoThreadsAsync),
        new("task.vs-value-task", "a guarded call whose delegate returns a Task / one that returns a ValueTask",
            [new("task.vs-value-task", 1.5), Expectation.Bytes("task.vs-value-task")],
            (pace, log) => AgainstExecuteAsync("task.vs-value-task", pace, log, guard => new Calls<GuardTaskCall>(new GuardTaskCall(guard)))) { Processes = 1 },
        new("enter.vs-execute", "a call that its caller begins and ends / the same as a delegate",
            [new("enter.vs-execute", 1.5), Expectation.Bytes("enter.vs-execute")],
            (pace, log) => AgainstExecuteAsync("enter.vs-execute", pace, log, guard => new Calls<GuardEnteredCall>(new GuardEnteredCall(guard)))) { Processes = 1 },
    ];

    private static async Task<IReadOnlyList<ResultLine>> AgainstPollyAsync(string name, Pace pace, TextWriter log, bool telemetry)
    {
        await using var world = await GuardedWorld.StartAsync();
        using var listening = telemetry ? Listening.Start() : null;
        return await Compared.RunAsync(
            name, pace, log, Guarded(world), new Calls<PollyCall>(new PollyCall(PollyPipelines.Breaker(telemetry))));
    }

    private static async Task<IReadOnlyList<ResultLine>> AgainstLockAsync(Pace pace, TextWriter log)
    {
        await using var world = await GuardedWorld.StartAsync();
        var breaker = new LockBreaker(5, TimeSpan.FromSeconds(30), TimeProvider.System);
        return await Compared.RunAsync("closed.vs-lock", pace, log, Guarded(world), new Calls<LockCall>(new LockCall(breaker)));
    }

    private static async Task<IReadOnlyList<ResultLine>> AgainstAkkaAsync(Pace pace, TextWriter log)
    {
        await using var world = await GuardedWorld.StartAsync();
        var breaker = Akka.Pattern.CircuitBreaker.Create(world.Actors.Scheduler, 5, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30));
        return await Compared.RunAsync("closed.vs-akka", pace, log, Guarded(world), new Calls<AkkaCall>(new AkkaCall(breaker)));
    }

    private static async Task<IReadOnlyList<ResultLine>> AgainstAskAsync(Pace pace, TextWriter log)
    {
        await using var world = await GuardedWorld.StartAsync();
        return await Compared.RunAsync(
            "closed.vs-ask", pace, log, Guarded(world), new Calls<AskCall>(new AskCall(AskBreaker.In(world.Actors))), LongRound);
    }

    private static async Task<IReadOnlyList<ResultLine>> OnTwoThreadsAsync(Pace pace, TextWriter log)
    {
        await using var world = await GuardedWorld.StartAsync();
        var polly = new Calls<PollyCall>(new PollyCall(PollyPipelines.Breaker(telemetry: false)));
        return await Compared.RunAsync(
            "closed-2threads.vs-polly", pace, log, new OnTwoThreads(Guarded(world)), new OnTwoThreads(polly), LongRound);
    }

    private static async Task<IReadOnlyList<ResultLine>> AgainstExecuteAsync(string name, Pace pace, TextWriter log, Func<ComponentGuard, ISubject> other)
    {
        await using var world = await GuardedWorld.StartAsync();
        return await Compared.RunAsync(name, pace, log, other(world.Llm), Guarded(world));
    }

    private static Calls<GuardCall> Guarded(GuardedWorld world) => new(new GuardCall(world.Llm));
}
