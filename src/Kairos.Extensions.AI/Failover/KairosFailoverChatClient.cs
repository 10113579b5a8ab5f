using System.Diagnostics;
using System.Runtime.CompilerServices;
using Kairos.Extensions.AI;
using Microsoft.Extensions.AI;

namespace Kairos;

/// <summary>
/// An ordered list of models, each under a guard of its own. A request goes to the first whose circuit admits it, and on to the next where it
/// fails; a stream only until its first content. While a model's circuit is open it gets probe calls alone, and once it is closed again it is
/// the first to be asked. What is wrong with the request itself is passed on to nobody. When none answers, the caller gets the
/// <see cref="ModelFailedException"/> of the last that was really called.
/// </summary>
/// <remarks>Thread-safe. Put <c>UseFunctionInvocation</c> around it, not inside.</remarks>
public sealed class KairosFailoverChatClient : IChatClient
{
    /// <summary>Where an answer says which model it is of: the key of <see cref="ChatResponse.AdditionalProperties"/> and of every update's, and
    /// the attribute of the caller's span. The value is the model's component.</summary>
    public const string AnsweredBy = "kairos.answered_by";

    private readonly FailoverRoute _first;

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
        FailoverRoute? next = null;
        foreach (var route in routes.Reverse())
        {
            var guard = new ModelGuard(kairos, route.Component, options.Model, services);
            next = new FailoverRoute(new ChatAttempts(route.Client, guard), next, options);
        }

        _first = next!;
    }

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var call = new FailoverCall(new ChatCall(messages, options));
        try
        {
            var response = await _first.AskAsync(call, cancellationToken).ConfigureAwait(false);
            (response.AdditionalProperties ??= [])[AnsweredBy] = call.AnsweredBy;
            Activity.Current?.SetTag(AnsweredBy, call.AnsweredBy);
            return response;
        }
        catch (Exception exception)
        {
            var (route, failure) = !cancellationToken.IsCancellationRequested && call.LastFailure is { } last ? last : (_first, exception);
            ModelFailures.Throw(failure, null, route.Guard, cancellationToken);
            throw;
        }
    }

    /// <inheritdoc/>
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
        return serviceKey is null && serviceType == typeof(ComponentGuard) ? _first.Guard : _first.Client.GetService(serviceType, serviceKey);
    }

    /// <summary>Disposes the models' clients.</summary>
    public void Dispose()
    {
        for (FailoverRoute? route = _first; route is not null; route = route.Next) route.Client.Dispose();
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(ChatCall request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var span = Activity.Current;
        var stream = await FailoverStream.OpenAsync(_first, new FailoverCall(request), cancellationToken).ConfigureAwait(false);
        await using var end = stream.ConfigureAwait(false);
        span?.SetTag(AnsweredBy, stream.Component);
        while (stream.HasCurrent)
        {
            (stream.Current.AdditionalProperties ??= [])[AnsweredBy] = stream.Component;
            yield return stream.Current;
            await stream.MoveNextAsync(cancellationToken).ConfigureAwait(false);
        }

        stream.Recover();
    }

    private static void Check(IReadOnlyList<ModelRoute> routes)
    {
        if (routes.Count == 0) throw new ArgumentException("There must be a model at least.", nameof(routes));
        if (routes.DistinctBy(route => route.Component, StringComparer.Ordinal).Count() < routes.Count)
            throw new ArgumentException("Each model needs a component of its own.", nameof(routes));
        if (routes.Any(route => route.Client.GetService<FunctionInvokingChatClient>() is not null))
            throw new ArgumentException("UseFunctionInvocation belongs around the failover: inside, tools would run again with the next model.", nameof(routes));
    }
}

/// <summary>One of the models that can answer. Immutable.</summary>
/// <param name="Component">Its component, for example <c>llm/backup</c>.</param>
/// <param name="Client">Its client, without a guard of its own.</param>
public sealed record ModelRoute(string Component, IChatClient Client);
