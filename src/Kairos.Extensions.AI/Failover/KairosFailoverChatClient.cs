using System.Diagnostics;
using System.Runtime.CompilerServices;
using Kairos.Extensions.AI;
using Microsoft.Extensions.AI;

namespace Kairos;

/// <summary>
/// Several models, each under a guard of its own. A request goes to one whose circuit admits it, in order unless the options say otherwise, and on to the
/// next where it fails; a stream only until its first content. While a model's circuit is open it gets probe calls alone, and once it is closed again it is
/// asked as before. What is wrong with the request itself is passed on to nobody. When none answers, the caller gets the
/// <see cref="ModelFailedException"/> of the last that was really called.
/// </summary>
/// <remarks>Thread-safe. Put <c>UseFunctionInvocation</c> around it, not inside.</remarks>
public sealed class KairosFailoverChatClient : IChatClient
{
    /// <summary>Where an answer says which model it is of: the key of <see cref="ChatResponse.AdditionalProperties"/> and of every update's, and
    /// the attribute of the caller's span. The value is the model's component.</summary>
    public const string AnsweredBy = "kairos.answered_by";

    private readonly IReadOnlyList<IChatClient> _clients;
    private readonly Router<ChatCall, ChatResponse> _answers;
    private readonly Router<ChatCall, ChatStream> _streams;

    /// <summary>A failover among models.</summary>
    /// <param name="kairos">The Kairos that guards them; it need not run yet.</param>
    /// <param name="routes">The models, the preferred one first. Their clients are disposed with this one.</param>
    /// <param name="options">What is special about it; null for nothing.</param>
    /// <exception cref="ArgumentException">There is no model, a name is not that of a component or is there twice, or a client invokes functions
    /// itself: its tools would run again with the next model.</exception>
    public KairosFailoverChatClient(IKairos kairos, IReadOnlyList<ModelRoute> routes, FailoverOptions? options = null)
        : this(() => kairos, routes, options ?? FailoverOptions.Default, null) => ArgumentNullException.ThrowIfNull(kairos);

    internal KairosFailoverChatClient(Func<IKairos> kairos, IReadOnlyList<ModelRoute> routes, FailoverOptions options, IServiceProvider? services)
    {
        ArgumentNullException.ThrowIfNull(routes);
        Check(routes);
        _clients = [.. routes.Select(route => route.Client)];
        List<ChatAttempts> attempts =
            [.. routes.Select(route => new ChatAttempts(route.Client, new ModelGuard(kairos, route.Component, options.Model, services)))];
        var share = new HedgeShare(options.Hedge?.MaxShare ?? 0);
        _answers = new(ChatRoutes.Operation, [.. routes.Zip(attempts, ChatRoutes.ForAnswers)], options, share);
        _streams = new(ChatRoutes.Operation, [.. routes.Zip(attempts, ChatRoutes.ForStreams)], options, share);
    }

    /// <inheritdoc/>
    /// <exception cref="NoRouteException">No model accepts the request.</exception>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        using var routed = await _answers.AskAsync(new ChatCall(messages, options), cancellationToken).ConfigureAwait(false);
        routed.Recover();
        (routed.Answer.AdditionalProperties ??= [])[AnsweredBy] = routed.Component;
        Activity.Current?.SetTag(AnsweredBy, routed.Component);
        return routed.Answer;
    }

    /// <inheritdoc/>
    /// <exception cref="NoRouteException">No model accepts the request; thrown when the stream is read.</exception>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return StreamAsync(new ChatCall(messages, options), cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is null && serviceType.IsInstanceOfType(this)) return this;
        return serviceKey is null && serviceType == typeof(ComponentGuard) ? _answers.First.Guard : _clients[0].GetService(serviceType, serviceKey);
    }

    /// <summary>Disposes the models' clients.</summary>
    public void Dispose()
    {
        foreach (var client in _clients) client.Dispose();
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(ChatCall request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var span = Activity.Current;
        using var routed = await _streams.AskAsync(request, cancellationToken).ConfigureAwait(false);
        var stream = routed.Answer;
        await using var end = stream.ConfigureAwait(false);
        span?.SetTag(AnsweredBy, routed.Component);
        while (stream.HasCurrent)
        {
            (stream.Current.AdditionalProperties ??= [])[AnsweredBy] = routed.Component;
            yield return stream.Current;
            await MoveNextAsync(routed, cancellationToken).ConfigureAwait(false);
        }

        routed.Recover();
    }

    private static async ValueTask MoveNextAsync(RoutedAnswer<ChatCall, ChatStream> routed, CancellationToken cancellationToken)
    {
        try
        {
            await routed.Answer.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            ModelFailures.Throw(exception, null, routed.Guard, cancellationToken);
        }
    }

    private static void Check(IReadOnlyList<ModelRoute> routes)
    {
        RouteCheck.Require([.. routes.Select(route => route.Component)], nameof(routes));
        if (routes.Any(route => route.Client.GetService<FunctionInvokingChatClient>() is not null))
            throw new ArgumentException("UseFunctionInvocation belongs around the failover: inside, tools would run again with the next model.", nameof(routes));
    }
}
