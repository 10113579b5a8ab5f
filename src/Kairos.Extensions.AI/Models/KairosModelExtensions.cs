using Kairos;
using Kairos.Extensions.AI;
using Kairos.Hosting;

namespace Microsoft.Extensions.AI;

/// <summary>Models under Kairos' guards.</summary>
public static class KairosModelExtensions
{
    /// <summary>The component of a chat model, where no other is named.</summary>
    public const string ChatComponent = "llm";

    /// <summary>The component of an embedding model, where no other is named: its endpoint fails by itself, and so has a circuit of its own.</summary>
    public const string EmbeddingComponent = "llm/embeddings";

    /// <summary>The key of <see cref="ChatResponse.AdditionalProperties"/>, or of the last update's, whose value true says that the answer ended
    /// in good order and there is nothing in it; and the attribute of the call's span.</summary>
    public const string EmptyAnswer = "kairos.empty_answer";

    /// <summary>
    /// Guards the model below, with the <see cref="IKairos"/> of the services that the client is built with. Add it after
    /// <c>UseFunctionInvocation</c>, so that the guard stands between the tools and the model: around both, a retry would run tools twice.
    /// A call that is not made throws <see cref="Kairos.CallRejectedException"/>, one that failed <see cref="ModelFailedException"/>.
    /// </summary>
    /// <param name="builder">The client's builder.</param>
    /// <param name="component">The model's component.</param>
    /// <param name="options">What is special about the model; null for nothing.</param>
    /// <exception cref="ArgumentException">The name is not that of a component.</exception>
    public static ChatClientBuilder UseKairos(
        this ChatClientBuilder builder, string component = ChatComponent, ModelGuardOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use((inner, services) => new KairosChatClient(inner, GuardOf(null, component, options, services)));
    }

    /// <inheritdoc cref="UseKairos(ChatClientBuilder, string, ModelGuardOptions?)"/>
    /// <param name="builder">The client's builder.</param>
    /// <param name="kairos">The Kairos that guards it.</param>
    /// <param name="component">The model's component.</param>
    /// <param name="options">What is special about the model; null for nothing.</param>
    public static ChatClientBuilder UseKairos(
        this ChatClientBuilder builder, IKairos kairos, string component = ChatComponent, ModelGuardOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(kairos);
        return builder.Use((inner, services) => new KairosChatClient(inner, GuardOf(kairos, component, options, services)));
    }

    /// <summary>
    /// Guards the embedding model below, with the <see cref="IKairos"/> of the services that the generator is built with. Fewer or more
    /// embeddings than inputs are a failure.
    /// </summary>
    /// <param name="builder">The generator's builder.</param>
    /// <param name="component">The model's component.</param>
    /// <param name="options">What is special about the model; null for nothing.</param>
    /// <exception cref="ArgumentException">The name is not that of a component.</exception>
    public static EmbeddingGeneratorBuilder<TInput, TEmbedding> UseKairos<TInput, TEmbedding>(
        this EmbeddingGeneratorBuilder<TInput, TEmbedding> builder, string component = EmbeddingComponent, ModelGuardOptions? options = null)
        where TEmbedding : Embedding
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use((inner, services) =>
            new KairosEmbeddingGenerator<TInput, TEmbedding>(inner, GuardOf(null, component, options, services)));
    }

    /// <inheritdoc cref="UseKairos{TInput, TEmbedding}(EmbeddingGeneratorBuilder{TInput, TEmbedding}, string, ModelGuardOptions?)"/>
    /// <param name="builder">The generator's builder.</param>
    /// <param name="kairos">The Kairos that guards it.</param>
    /// <param name="component">The model's component.</param>
    /// <param name="options">What is special about the model; null for nothing.</param>
    public static EmbeddingGeneratorBuilder<TInput, TEmbedding> UseKairos<TInput, TEmbedding>(
        this EmbeddingGeneratorBuilder<TInput, TEmbedding> builder,
        IKairos kairos,
        string component = EmbeddingComponent,
        ModelGuardOptions? options = null)
        where TEmbedding : Embedding
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(kairos);
        return builder.Use((inner, services) =>
            new KairosEmbeddingGenerator<TInput, TEmbedding>(inner, GuardOf(kairos, component, options, services)));
    }

    internal static ModelGuard GuardOf(IKairos? kairos, string component, ModelGuardOptions? options, IServiceProvider? services) => new(
        () => kairos ?? SetupMistakes.RequiredOf(services),
        component,
        options ?? ModelGuardOptions.Default,
        services);
}
