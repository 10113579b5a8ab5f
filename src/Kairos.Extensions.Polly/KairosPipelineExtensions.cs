using Kairos;
using Kairos.Extensions.Polly;
using Kairos.Hosting;

namespace Polly;

/// <summary>
/// Kairos in Polly's pipelines: the circuit breaker that a component's actor owns, with its metrics and its health, in the place of Polly's.
/// </summary>
/// <remarks>
/// What is added before it stands around it and sees a rejection as <see cref="CircuitOpenException"/>; what is added after it is what
/// it guards. Put retries before it, so that each attempt is admitted and scored, and a time limit per attempt after it, so that the limit's
/// <see cref="Polly.Timeout.TimeoutRejectedException"/> is the component's failure; a limit around it looks like a caller who has
/// cancelled. Of the component's settings for calls only the bulkhead holds here: time limits and retries are the pipeline's.
/// </remarks>
public static class KairosPipelineExtensions
{
    /// <summary>Adds a component: admission by its circuit, and an account of what comes of each attempt.</summary>
    /// <param name="builder">The pipeline's builder.</param>
    /// <param name="kairos">The Kairos that the component is of; it need not run yet.</param>
    /// <param name="component">The component's name.</param>
    /// <param name="options">What is special about it; null for nothing.</param>
    /// <exception cref="ArgumentException">The name is not that of a component.</exception>
    public static ResiliencePipelineBuilder AddKairosComponent(
        this ResiliencePipelineBuilder builder, IKairos kairos, string component, KairosComponentOptions? options = null) =>
        Add(builder, kairos, component, options);

    /// <inheritdoc cref="AddKairosComponent(ResiliencePipelineBuilder, IKairos, string, KairosComponentOptions?)"/>
    /// <param name="builder">The pipeline's builder.</param>
    /// <param name="services">Where Kairos is: what <c>AddResiliencePipeline</c> gives as <c>context.ServiceProvider</c>.</param>
    /// <param name="component">The component's name.</param>
    /// <param name="options">What is special about it; null for nothing.</param>
    public static ResiliencePipelineBuilder AddKairosComponent(
        this ResiliencePipelineBuilder builder, IServiceProvider services, string component, KairosComponentOptions? options = null) =>
        Add(builder, SetupMistakes.RequiredOf(services), component, options);

    /// <inheritdoc cref="AddKairosComponent(ResiliencePipelineBuilder, IKairos, string, KairosComponentOptions?)"/>
    /// <typeparam name="TResult">The type of the pipeline's results.</typeparam>
    public static ResiliencePipelineBuilder<TResult> AddKairosComponent<TResult>(
        this ResiliencePipelineBuilder<TResult> builder, IKairos kairos, string component, KairosComponentOptions<TResult>? options = null) =>
        Add(builder, kairos, component, options);

    /// <inheritdoc cref="AddKairosComponent(ResiliencePipelineBuilder, IServiceProvider, string, KairosComponentOptions?)"/>
    /// <typeparam name="TResult">The type of the pipeline's results.</typeparam>
    public static ResiliencePipelineBuilder<TResult> AddKairosComponent<TResult>(
        this ResiliencePipelineBuilder<TResult> builder, IServiceProvider services, string component, KairosComponentOptions<TResult>? options = null) =>
        Add(builder, SetupMistakes.RequiredOf(services), component, options);

    private static ResiliencePipelineBuilder Add(
        ResiliencePipelineBuilder builder, IKairos kairos, string component, KairosComponentOptions? options)
    {
        options ??= new KairosComponentOptions();
        var guard = GuardOf(builder, kairos, component, options);
        return builder.AddStrategy(_ => new ComponentStrategy(guard), options);
    }

    private static ResiliencePipelineBuilder<TResult> Add<TResult>(
        ResiliencePipelineBuilder<TResult> builder, IKairos kairos, string component, KairosComponentOptions<TResult>? options)
    {
        options ??= new KairosComponentOptions<TResult>();
        var guard = GuardOf(builder, kairos, component, options);
        return builder.AddStrategy(_ => new ComponentStrategy<TResult>(guard, options), options);
    }

    private static PipelineGuard GuardOf(
        ResiliencePipelineBuilderBase builder, IKairos kairos, string component, KairosComponentOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(kairos);
        if (!ComponentName.IsValid(component))
            throw new ArgumentException($"'{component}' is not the name of a component; allowed: {ComponentName.Allowed}", nameof(component));
        return new PipelineGuard(kairos, component, options, builder.TimeProvider);
    }
}
