using System.Runtime.CompilerServices;
using Kairos.Tests.Calls;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Extensions.AI.Tests.Models;

/// <summary>The chunks of a streamed answer on their way through a guard.</summary>
[Collection(Alone.Name)] // spans that others listen for would be made for its streams
public sealed class ChunkSpecs
{
    private const int Chunks = 1000;
    private static readonly AsyncLocal<int> Flow = new();

    [Fact]
    public async Task A_chunk_that_is_there_allocates_nothing()
    {
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider());
        using var client = new Endless().AsBuilder().UseKairos(system.Kairos).Build();
        await using var chunks = client.GetStreamingResponseAsync("hi").GetAsyncEnumerator();
        for (var i = 0; i < Chunks; i++) Next(chunks); // compiled

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Chunks; i++) Next(chunks);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Chunks - 1); // what is made once for a thousand is no chunk's
    }

    [Fact]
    public async Task The_model_sees_what_the_consumer_has_set_for_each_chunk_and_nothing_that_it_had_set_before()
    {
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider());
        var model = new Endless();
        using var client = model.AsBuilder().UseKairos(system.Kairos).Build();
        await using var chunks = client.GetStreamingResponseAsync("hi").GetAsyncEnumerator();

        foreach (var value in new[] { 1, 1, 2, 2, 1, 0, 0 })
        {
            Flow.Value = value;
            await chunks.MoveNextAsync().AsTask().Soon();
        }

        Assert.Equal([(1, true), (1, true), (2, true), (2, true), (1, true), (0, true), (0, true)], model.Seen);
        Assert.Null(HttpAttemptObserver.Current);
    }

    private static void Next(IAsyncEnumerator<ChatResponseUpdate> chunks)
    {
        var pending = chunks.MoveNextAsync();
        if (pending.IsCompletedSuccessfully && pending.Result) return;
        Assert.Fail("nothing has to be waited for");
    }

    /// <summary>A model that never comes to an end, and notes the flow that it is asked in, and whether it is watched.</summary>
    private sealed class Endless : IChatClient
    {
        private static readonly ChatResponseUpdate Word = new(ChatRole.Assistant, "word ");
        private readonly List<(int Flow, bool IsWatched)> _seen = new(4 * Chunks);

        public IReadOnlyList<(int Flow, bool IsWatched)> Seen => _seen;

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            while (true)
            {
                _seen.Add((Flow.Value, HttpAttemptObserver.Current is not null));
                yield return Word;
            }
        }

        public object? GetService(Type serviceType, object? serviceKey) => null;

        public void Dispose()
        {
        }
    }
}
