using Kairos.Benchmarks.Measuring;
using Kairos.Benchmarks.Results;
using Kairos.Benchmarks.Subjects;
using Microsoft.Extensions.AI;

namespace Kairos.Benchmarks.Measurements;

/// <summary>Chat models under a guard, against the telemetry that comes with Microsoft.Extensions.AI.</summary>
internal static class ChatModels
{
    private const string Call = "chat.vs-otel";
    private const string Chunk = "chunk.vs-otel";
    private const string Idle = "-idle";
    private const string ChunkBytes = "chunk.bytes";
    private const int Length = 1000;

    public static IEnumerable<Measurement> All =>
    [
        new(Call, "what UseKairos adds to a chat model's answer that is there at once / what UseOpenTelemetry adds, OpenTelemetry listening",
            [new(Call, 1.0) { Slack = 0.05 }, Expectation.Bytes(Call)], (pace, log) => AnswerAsync(Call, pace, log, Listening.Start)),
        new(Chunk, "the same for a chunk of a streamed answer",
            [new(Chunk, 1.0) { Slack = 0.05 }, new(ChunkBytes, 0) { Slack = 0.5 }], (pace, log) => ChunkAsync(Chunk, pace, log, Listening.Start)),
        new(Call + Idle, "the same for an answer, with a listener that does nothing",
            [new(Call + Idle), Expectation.Bytes(Call + Idle)], (pace, log) => AnswerAsync(Call + Idle, pace, log, Listening.StartIdle)) { Processes = 1, IsExtra = true },
        new(Chunk + Idle, "the same for a chunk, with a listener that does nothing",
            [new(Chunk + Idle)], (pace, log) => ChunkAsync(Chunk + Idle, pace, log, Listening.StartIdle)) { Processes = 1, IsExtra = true },
    ];

    private static async Task<IReadOnlyList<ResultLine>> AnswerAsync(string name, Pace pace, TextWriter log, Func<IDisposable> listen)
    {
        await using var world = await StartAsync();
        using var listening = listen();
        var clients = new ChatClients(world.Kairos);
        var (bare, ours, theirs) = (Questions(clients.Bare), Questions(clients.Guarded), Questions(clients.Told));
        var timings = await Interleaving.RunAsync(pace, null, bare, ours, theirs);
        var plain = await Compared.BytesAsync(bare, timings.Nanoseconds(0));
        var bytes = await Compared.BytesAsync(ours, timings.Nanoseconds(1)) - plain;
        var theirBytes = await Compared.BytesAsync(theirs, timings.Nanoseconds(2)) - plain;
        await log.WriteLineAsync(Told(name, timings, bytes, theirBytes));
        return [new ResultLine(name, Ratio(timings)), new ResultLine(name + ".bytes", Math.Round(bytes, 2), "B")];
    }

    private static async Task<IReadOnlyList<ResultLine>> ChunkAsync(string name, Pace pace, TextWriter log, Func<IDisposable> listen)
    {
        await using var world = await StartAsync();
        using var listening = listen();
        var clients = new ChatClients(world.Kairos);
        var timings = await Interleaving.RunAsync(pace, null, Chunks(clients.Bare), Chunks(clients.Guarded), Chunks(clients.Told));
        var plain = await BytesAsync(clients.Bare);
        var bytes = await BytesAsync(clients.Guarded) - plain;
        await log.WriteLineAsync(Told(name, timings, bytes, await BytesAsync(clients.Told) - plain));
        return name == Chunk ? [new ResultLine(name, Ratio(timings)), new ResultLine(ChunkBytes, Math.Round(bytes, 2), "B")] : [new ResultLine(name, Ratio(timings))];
    }

    /// <summary>The settings are those that every component has.</summary>
    private static Task<GuardedWorld> StartAsync() => GuardedWorld.StartAsync(static settings => settings);

    private static double Ratio(Timings timings) => timings.Difference(1, 0) / timings.Difference(2, 0);

    private static string Told(string name, Timings timings, double bytes, double theirBytes) =>
        $"{name}: ours adds {timings.Difference(1, 0):n1} ns, {bytes:n0} B, theirs {timings.Difference(2, 0):n1} ns, {theirBytes:n0} B, to {timings.Nanoseconds(0):n1} ns";

    /// <summary>What a chunk more allocates: what is made once for a stream is no part of it.</summary>
    private static async Task<double> BytesAsync(IChatClient client)
    {
        var (shorter, longer) = (await Allocations.BytesAsync(Chunks(client), Length), await Allocations.BytesAsync(new Chunks(client, 2 * Length), 2 * Length));
        return (2 * longer) - shorter;
    }

    private static Calls<Question> Questions(IChatClient client) => new(new Question(client));

    private static Chunks Chunks(IChatClient client) => new(client, Length);
}
