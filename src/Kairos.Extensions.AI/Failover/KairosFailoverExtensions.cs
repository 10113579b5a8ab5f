using Kairos;
using Kairos.Hosting;

namespace Microsoft.Extensions.AI;

/// <summary>Failover in the pipeline of a chat client.</summary>
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
