using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>An embedding model under a guard.</summary>
internal sealed class KairosEmbeddingGenerator<TInput, TEmbedding> : DelegatingEmbeddingGenerator<TInput, TEmbedding>
    where TEmbedding : Embedding
{
    private readonly ModelGuard _guard;
    private readonly ModelEndpoint _model;
    private readonly GuardedCallOptions _call;

    public KairosEmbeddingGenerator(IEmbeddingGenerator<TInput, TEmbedding> inner, ModelGuard guard) : base(inner)
    {
        _guard = guard;
        _model = guard.EndpointOf(inner.GetService<EmbeddingGeneratorMetadata>()?.ProviderUri);
        _call = new GuardedCallOptions { Operation = "embed", IsIdempotent = guard.Options.IsIdempotent, Priority = guard.Options.Priority };
    }

    public override async Task<GeneratedEmbeddings<TEmbedding>> GenerateAsync(
        IEnumerable<TInput> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        IReadOnlyList<TInput> inputs = values as IReadOnlyList<TInput> ?? [.. values];
        var usage = _guard.Usage.Begin(_guard.Guard, inputs);
        var outcome = await _guard.Guard.TryExecuteAsync(
            static (state, token) => state.Self.AttemptAsync(state.Inputs, state.Options, state.Usage, token),
            (Self: this, Inputs: inputs, Options: options, Usage: usage),
            usage is null ? _call : _call with { Usage = usage },
            cancellationToken).ConfigureAwait(false);
        return outcome.ValueOrThrow(_guard.Guard, cancellationToken);
    }

    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType == typeof(ComponentGuard) ? _guard.Guard : base.GetService(serviceType, serviceKey);
    }

    /// <summary>Makes one attempt, without the guard.</summary>
    internal async ValueTask<GeneratedEmbeddings<TEmbedding>> AttemptAsync(
        IReadOnlyList<TInput> inputs, EmbeddingGenerationOptions? options, CallUsage? usage, CancellationToken cancellationToken)
    {
        var witness = _guard.BeginWatch(_model);
        try
        {
            var embeddings = await InnerGenerator.GenerateAsync(inputs, options, cancellationToken).OrLeaveAsync(cancellationToken).ConfigureAwait(false);
            ModelUsage.Take(usage, embeddings.Usage, options?.ModelId ?? (embeddings.Count > 0 ? embeddings[0].ModelId : null));
            if (witness?.FailureWithin() is { } failure) throw new AnswerFailedException(failure);
            return embeddings.Count == inputs.Count
                ? embeddings
                : throw new InvalidDataException($"There are {embeddings.Count} embeddings for {inputs.Count} inputs.");
        }
        catch (Exception exception) when (witness?.Note(exception) == true)
        {
            throw; // never here: the filter only looks
        }
        finally
        {
            _guard.EndWatch(witness);
        }
    }
}
