using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI.Tests.Failover;

/// <summary>How a simulated model takes one request.</summary>
/// <param name="Latency">The time to its first content.</param>
/// <param name="Failure">What it fails with then; null where it answers.</param>
internal readonly record struct Reply(TimeSpan Latency, Exception? Failure = null)
{
    /// <summary>It does not answer.</summary>
    public static readonly Reply Never = new(Timeout.InfiniteTimeSpan);

    public static Reply After(double milliseconds, Exception? failure = null) => new(TimeSpan.FromMilliseconds(milliseconds), failure);
}

/// <summary>A model in virtual time, for chats, streams and embeddings. It counts what it is asked, and what becomes of that. Thread-safe.</summary>
/// <param name="time">The time.</param>
/// <param name="reply">How it takes the n-th request, from 0.</param>
internal sealed class SimulatedModel(TimeProvider time, Func<int, Reply> reply) : IChatClient, IEmbeddingGenerator<string, Embedding<float>>
{
    private int _requests;
    private int _active;
    private int _answered;
    private int _failed;
    private int _cancelled;

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Requests that are under way.</summary>
    public int Active => Volatile.Read(ref _active);

    public int Answered => Volatile.Read(ref _answered);

    public int Failed => Volatile.Read(ref _failed);

    /// <summary>Requests that have come to an end of any kind.</summary>
    public int Ended => Answered + Failed + Cancelled;

    public int Cancelled => Volatile.Read(ref _cancelled);

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        await TakeAsync(cancellationToken);
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, "hello")) { FinishReason = ChatFinishReason.Stop };
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await TakeAsync(cancellationToken);
        yield return new ChatResponseUpdate(ChatRole.Assistant, "hello");
        yield return new ChatResponseUpdate { FinishReason = ChatFinishReason.Stop };
    }

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        await TakeAsync(cancellationToken);
        return [.. values.Select(_ => new Embedding<float>(new float[] { 1 }))];
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private async Task TakeAsync(CancellationToken cancellationToken)
    {
        var (latency, failure) = reply(Interlocked.Increment(ref _requests) - 1);
        Interlocked.Increment(ref _active);
        try
        {
            await Task.Delay(latency, time, cancellationToken);
            Interlocked.Increment(ref failure is null ? ref _answered : ref _failed);
            if (failure is not null) throw failure;
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _cancelled);
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _active);
        }
    }
}
