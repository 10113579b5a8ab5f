using System.Diagnostics;
using Kairos.Extensions.AI;
using Microsoft.Extensions.AI;

namespace Kairos;

/// <summary>
/// Several embedding models, each under a guard of its own: what <see cref="KairosFailoverChatClient"/> is for chat models. They must be the same model, or
/// give vectors that are comparable: those of another model mean something else. Thread-safe.
/// </summary>
/// <typeparam name="TInput">What is embedded.</typeparam>
/// <typeparam name="TEmbedding">What comes of it.</typeparam>
public sealed class KairosFailoverEmbeddingGenerator<TInput, TEmbedding> : IEmbeddingGenerator<TInput, TEmbedding>
    where TEmbedding : Embedding
{
    private readonly IReadOnlyList<IEmbeddingGenerator<TInput, TEmbedding>> _generators;
    private readonly Router<EmbeddingCall, GeneratedEmbeddings<TEmbedding>> _router;

    /// <summary>A failover among embedding models.</summary>
    /// <param name="kairos">The Kairos that guards them; it need not run yet.</param>
    /// <param name="routes">The models, the preferred one first. Their generators are disposed with this one.</param>
    /// <param name="options">What is special about it; null for nothing.</param>
    /// <exception cref="ArgumentException">There is no model, or a name is not that of a component or is there twice.</exception>
    public KairosFailoverEmbeddingGenerator(IKairos kairos, IReadOnlyList<EmbeddingRoute<TInput, TEmbedding>> routes, FailoverOptions? options = null)
        : this(() => kairos, routes, options ?? FailoverOptions.Default, null) => ArgumentNullException.ThrowIfNull(kairos);

    internal KairosFailoverEmbeddingGenerator(
        Func<IKairos> kairos, IReadOnlyList<EmbeddingRoute<TInput, TEmbedding>> routes, FailoverOptions options, IServiceProvider? services)
    {
        ArgumentNullException.ThrowIfNull(routes);
        RouteCheck.Require([.. routes.Select(route => route.Component)], nameof(routes));
        _generators = [.. routes.Select(route => route.Generator)];
        _router = new("embed", [.. routes.Select(route => RouteOf(route, new ModelGuard(kairos, route.Component, options.Model, services)))],
            options, new HedgeShare(options.Hedge?.MaxShare ?? 0));
    }

    /// <inheritdoc/>
    /// <exception cref="NoRouteException">No model accepts the request.</exception>
    public async Task<GeneratedEmbeddings<TEmbedding>> GenerateAsync(
        IEnumerable<TInput> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var call = new EmbeddingCall(values as IReadOnlyList<TInput> ?? [.. values], options);
        using var routed = await _router.AskAsync(call, cancellationToken).ConfigureAwait(false);
        routed.Recover();
        (routed.Answer.AdditionalProperties ??= [])[KairosFailoverChatClient.AnsweredBy] = routed.Component;
        Activity.Current?.SetTag(KairosFailoverChatClient.AnsweredBy, routed.Component);
        return routed.Answer;
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is null && serviceType.IsInstanceOfType(this)) return this;
        return serviceKey is null && serviceType == typeof(ComponentGuard) ? _router.First.Guard : _generators[0].GetService(serviceType, serviceKey);
    }

    /// <summary>Disposes the models' generators.</summary>
    public void Dispose()
    {
        foreach (var generator in _generators) generator.Dispose();
    }

    private static Route<EmbeddingCall, GeneratedEmbeddings<TEmbedding>> RouteOf(EmbeddingRoute<TInput, TEmbedding> route, ModelGuard guard)
    {
        var attempts = new KairosEmbeddingGenerator<TInput, TEmbedding>(route.Generator, guard);
        return new(
            guard,
            route.Weight,
            route.Accepts is { } accepts ? call => accepts(call.Inputs, call.Options) : null,
            (call, terms, cancellationToken) =>
            {
                var usage = guard.Usage.Begin(guard.Guard, call.Inputs);
                return guard.Guard.ExecuteAsync(
                    static (state, token) => state.attempts.AttemptAsync(state.call.Inputs, state.call.Options, state.usage, token),
                    (attempts, call, usage),
                    terms.ForCall(guard.Options, usage),
                    cancellationToken);
            });
    }

    private readonly record struct EmbeddingCall(IReadOnlyList<TInput> Inputs, EmbeddingGenerationOptions? Options);
}
