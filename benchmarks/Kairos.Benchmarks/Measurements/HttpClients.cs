using Kairos.Benchmarks.Measuring;
using Kairos.Benchmarks.Results;
using Kairos.Benchmarks.Subjects;

namespace Kairos.Benchmarks.Measurements;

/// <summary>Requests of clients that the factory makes.</summary>
internal static class HttpClients
{
    private const string Overhead = "http-overhead.vs-resilience";

    public static IEnumerable<Measurement> All =>
    [
        new(Overhead, "what AddKairos adds to a request that is answered at once / what AddStandardResilienceHandler adds",
            [new(Overhead, 0.5) { Slack = 0.05 }, Expectation.Bytes(Overhead)], OverheadAsync),
    ];

    private static async Task<IReadOnlyList<ResultLine>> OverheadAsync(Pace pace, TextWriter log)
    {
        await using var world = await GuardedWorld.StartAsync(GuardedWorld.Full);
        using var clients = new MemoryClients(world.Kairos);
        var (bare, ours, theirs) = (Requests(clients.Bare), Requests(clients.Guarded), Requests(clients.Resilient));
        var timings = await Interleaving.RunAsync(pace, null, bare, ours, theirs);
        var (mine, others) = (timings.Difference(1, 0), timings.Difference(2, 0));
        var plain = await Compared.BytesAsync(bare, timings.Nanoseconds(0));
        var bytes = await Compared.BytesAsync(ours, timings.Nanoseconds(1)) - plain;
        var theirBytes = await Compared.BytesAsync(theirs, timings.Nanoseconds(2)) - plain;
        await log.WriteLineAsync(
            $"{Overhead}: ours adds {mine:n1} ns, {bytes:n0} B, theirs {others:n1} ns, {theirBytes:n0} B, to {timings.Nanoseconds(0):n1} ns, {plain:n0} B");
        return [new ResultLine(Overhead, mine / others), new ResultLine(Overhead + ".bytes", Math.Round(bytes, 2), "B")];
    }

    private static Calls<Request> Requests(HttpClient client) => new(new Request(client));
}
