using Kairos.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Extensions.AI.Tests.Failover;

/// <summary>Simulated models behind a real failover and real guards, in virtual time that moves in steps.</summary>
internal sealed class RoutedModels : IAsyncDisposable
{
    public static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private readonly AgentSystem _system;

    private RoutedModels(AgentSystem system, FakeTimeProvider time, SimulatedModel[] models) => (_system, Time, Models) = (system, time, models);

    public FakeTimeProvider Time { get; }

    public IKairos Kairos => _system.Kairos;

    public IReadOnlyList<SimulatedModel> Models { get; }

    /// <summary>Starts them; each is a component, <c>llm/0</c> and so on.</summary>
    /// <param name="more">Changes the settings.</param>
    /// <param name="replies">How each model takes its n-th request.</param>
    public static async Task<RoutedModels> StartAsync(Action<KairosOptions>? more, params Func<int, Reply>[] replies)
    {
        var time = new FakeTimeProvider();
        var system = await AgentSystem.StartAsync(time, more, [.. Enumerable.Range(0, replies.Length).Select(NameOf)]);
        return new RoutedModels(system, time, [.. replies.Select(reply => new SimulatedModel(time, reply))]);
    }

    public static string NameOf(int model) => $"llm/{model}";

    public KairosFailoverChatClient Chat(FailoverOptions options, Func<int, ModelRoute, ModelRoute>? change = null) => new(
        Kairos, [.. Models.Select((model, at) => new ModelRoute(NameOf(at), model)).Select((route, at) => change?.Invoke(at, route) ?? route)], options);

    public KairosFailoverEmbeddingGenerator<string, Embedding<float>> Embeddings(
        FailoverOptions options, Func<int, EmbeddingRoute<string, Embedding<float>>, EmbeddingRoute<string, Embedding<float>>>? change = null) => new(
        Kairos,
        [.. Models.Select((model, at) => new EmbeddingRoute<string, Embedding<float>>(NameOf(at), model)).Select((route, at) => change?.Invoke(at, route) ?? route)],
        options);

    /// <summary>How calls of a model ended.</summary>
    public (long Success, long Failure, long Ignored, long Rejected) LedgerOf(int model) =>
        ((KairosInstance)Kairos).HandleOf(NameOf(model)).Ledger.Totals;

    /// <summary>How many calls of a model have been made and have ended.</summary>
    public long MadeOf(int model) => LedgerOf(model) is var (success, failure, ignored, _) ? success + failure + ignored : 0;

    public ComponentSnapshot SnapshotOf(int model) => _system.Snapshot(NameOf(model));

    public Task<IReadOnlyList<KairosError>> ErrorsOfAsync(int model) => _system.ErrorsAsync(NameOf(model));

    public Task<IReadOnlyList<(string Component, ErrorCode Code, long Count)>> RecoveriesAsync() => _system.RecoveriesAsync();

    public Task SettleAsync() => _system.SettleAsync();

    /// <summary>Lets time pass until a request has ended, and all that it had begun. Returns how long it took. No time passes while a guard takes into account
    /// how a call of the request has ended; calls must not be repeated by their guards.</summary>
    public async Task<TimeSpan> PassAsync(Task request)
    {
        var begin = Time.GetTimestamp();
        while (!request.IsCompleted)
        {
            Time.Advance(Step);
            Assert.True(Time.GetElapsedTime(begin) < Longest, "the request does not end");
            await UntilAsync(() => request.IsCompleted || Enumerable.Range(0, Models.Count).All(model => Models[model].Ended <= MadeOf(model)));
        }

        var taken = Time.GetElapsedTime(begin);
        await UntilAsync(() => Models.All(model => model.Active == 0));
        return taken;
    }

    /// <summary>Waits for something that comes about without time.</summary>
    public static async Task UntilAsync(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!holds())
        {
            Assert.False(limit.IsCancellationRequested, "it does not come about");
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync() => await _system.DisposeAsync();

    /// <summary>The value that a share of all is no greater than.</summary>
    public static TimeSpan Percentile(IEnumerable<TimeSpan> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted[(int)Math.Ceiling(share * sorted.Count) - 1];
    }
}
