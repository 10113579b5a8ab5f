using Kairos.Extensions.AI;
using Microsoft.Extensions.AI;

namespace Kairos;

/// <summary>One of the models that can answer. Immutable.</summary>
/// <param name="Component">Its component, for example <c>llm/backup</c>.</param>
/// <param name="Client">Its client, without a guard of its own.</param>
public sealed record ModelRoute(string Component, IChatClient Client)
{
    /// <summary>Its share of the requests, beside the weights of the others; for <see cref="RouteStrategy.Weighted"/>. 0: only where others fail. Default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or no number.</exception>
    public double Weight { get; init => field = RouteCheck.Weight(value); } = 1;

    /// <summary>Whether it can serve a request: by the length of its context, its tools, its price. Called once for each request, by many threads at once;
    /// what it throws reaches the caller. Null (default): it serves any.</summary>
    public Func<IEnumerable<ChatMessage>, ChatOptions?, bool>? Accepts { get; init; }
}

/// <summary>One of the embedding models that can answer. Immutable.</summary>
/// <typeparam name="TInput">What is embedded.</typeparam>
/// <typeparam name="TEmbedding">What comes of it.</typeparam>
/// <param name="Component">Its component, for example <c>llm/embeddings-backup</c>.</param>
/// <param name="Generator">Its generator, without a guard of its own.</param>
public sealed record EmbeddingRoute<TInput, TEmbedding>(string Component, IEmbeddingGenerator<TInput, TEmbedding> Generator)
    where TEmbedding : Embedding
{
    /// <inheritdoc cref="ModelRoute.Weight"/>
    public double Weight { get; init => field = RouteCheck.Weight(value); } = 1;

    /// <summary>Whether it can serve a request: by the number or length of its inputs. Called once for each request, by many threads at once; what it throws
    /// reaches the caller. Null (default): it serves any.</summary>
    public Func<IReadOnlyList<TInput>, EmbeddingGenerationOptions?, bool>? Accepts { get; init; }
}
