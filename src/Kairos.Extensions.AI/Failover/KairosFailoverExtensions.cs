using Kairos;
using Kairos.Hosting;

namespace Microsoft.Extensions.AI;

/// <summary>Failover in the pipeline of a chat client, or of an embedding generator.</summary>
public static class KairosFailoverExtensions
{
    /// <summary>The component of the pipeline's own model.</summary>
    public const string PrimaryComponent = "llm/primary";

    /// <summary>
    /// Guards the model below as <see cref="PrimaryComponent"/> and lets others stand in for it, with the <see cref="IKairos"/> of the services
    /// that the client is built with: see <see cref="KairosFailoverChatClient"/>. Add it after <c>UseFunctionInvocation</c>.
    /// </summary>
    /// <param name="builder">The client's builder.</param>
    /// <param name="backups">The models that stand in, in order.</param>
    /// <param name="options">What is special about it; null for nothing.</param>
    public static ChatClientBuilder UseKairosFailover(
        this ChatClientBuilder builder, IReadOnlyList<ModelRoute> backups, FailoverOptions? options = null) => Use(builder, null, backups, options);

    /// <inheritdoc cref="UseKairosFailover(ChatClientBuilder, IReadOnlyList{ModelRoute}, FailoverOptions?)"/>
    /// <param name="builder">The client's builder.</param>
    /// <param name="kairos">The Kairos that guards the models.</param>
    /// <param name="backups">The models that stand in, in order.</param>
    /// <param name="options">What is special about it; null for nothing.</param>
    public static ChatClientBuilder UseKairosFailover(
        this ChatClientBuilder builder, IKairos kairos, IReadOnlyList<ModelRoute> backups, FailoverOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(kairos);
        return Use(builder, kairos, backups, options);
    }

    /// <summary>
    /// Guards the embedding model below as <see cref="KairosModelExtensions.EmbeddingComponent"/> and lets others stand in for it, with the
    /// <see cref="IKairos"/> of the services that the generator is built with: see <see cref="KairosFailoverEmbeddingGenerator{TInput, TEmbedding}"/>.
    /// </summary>
    /// <param name="builder">The generator's builder.</param>
    /// <param name="backups">The models that stand in, in order.</param>
    /// <param name="options">What is special about it; null for nothing.</param>
    public static EmbeddingGeneratorBuilder<TInput, TEmbedding> UseKairosFailover<TInput, TEmbedding>(
        this EmbeddingGeneratorBuilder<TInput, TEmbedding> builder,
        IReadOnlyList<EmbeddingRoute<TInput, TEmbedding>> backups,
        FailoverOptions? options = null)
        where TEmbedding : Embedding => Use(builder, null, backups, options);

    /// <inheritdoc cref="UseKairosFailover{TInput, TEmbedding}(EmbeddingGeneratorBuilder{TInput, TEmbedding}, IReadOnlyList{EmbeddingRoute{TInput, TEmbedding}}, FailoverOptions?)"/>
    /// <param name="builder">The generator's builder.</param>
    /// <param name="kairos">The Kairos that guards the models.</param>
    /// <param name="backups">The models that stand in, in order.</param>
    /// <param name="options">What is special about it; null for nothing.</param>
    public static EmbeddingGeneratorBuilder<TInput, TEmbedding> UseKairosFailover<TInput, TEmbedding>(
        this EmbeddingGeneratorBuilder<TInput, TEmbedding> builder,
        IKairos kairos,
        IReadOnlyList<EmbeddingRoute<TInput, TEmbedding>> backups,
        FailoverOptions? options = null)
        where TEmbedding : Embedding
    {
        ArgumentNullException.ThrowIfNull(kairos);
        return Use(builder, kairos, backups, options);
    }

    private static EmbeddingGeneratorBuilder<TInput, TEmbedding> Use<TInput, TEmbedding>(
        EmbeddingGeneratorBuilder<TInput, TEmbedding> builder,
        IKairos? kairos,
        IReadOnlyList<EmbeddingRoute<TInput, TEmbedding>> backups,
        FailoverOptions? options)
        where TEmbedding : Embedding
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(backups);
        return builder.Use((inner, services) => new KairosFailoverEmbeddingGenerator<TInput, TEmbedding>(
            () => kairos ?? SetupMistakes.RequiredOf(services),
            [new EmbeddingRoute<TInput, TEmbedding>(KairosModelExtensions.EmbeddingComponent, inner), .. backups],
            options ?? FailoverOptions.Default,
            services));
    }

    private static ChatClientBuilder Use(ChatClientBuilder builder, IKairos? kairos, IReadOnlyList<ModelRoute> backups, FailoverOptions? options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(backups);
        return builder.Use((inner, services) => new KairosFailoverChatClient(
            () => kairos ?? SetupMistakes.RequiredOf(services),
            [new ModelRoute(PrimaryComponent, inner), .. backups],
            options ?? FailoverOptions.Default,
            services));
    }
}
