using Kairos.Calls;

namespace Kairos;

/// <content>Guarded calls without a delegate.</content>
public sealed partial class ComponentGuard
{
    /// <summary>
    /// Begins a guarded call that its caller makes itself: admission, time limits and account are those of every call; it is never retried, and
    /// has no fallback.
    /// </summary>
    /// <example><code>
    /// using var call = await guard.EnterAsync(cancellationToken);
    /// try { Work(call.Token); call.Succeeded(); }
    /// catch (Exception exception) { call.Failed(exception); throw; }
    /// </code></example>
    /// <param name="cancellationToken">Cancels the call; the component is not blamed for it.</param>
    /// <exception cref="CallRejectedException">The circuit is open, the concurrency limit is reached, or the turn's budget used up.</exception>
    /// <exception cref="ComponentRefusedException">The component could not be created.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public ValueTask<GuardedCall> EnterAsync(CancellationToken cancellationToken = default) => EnterAsync(Once, cancellationToken);

    /// <inheritdoc cref="EnterAsync(CancellationToken)"/>
    /// <param name="options">What is special about the call; options with fallbacks are refused.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public ValueTask<GuardedCall> EnterAsync(GuardedCallOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.RequireFit<GuardedCall, Unit>();
        var once = options.IsIdempotent ? options with { IsIdempotent = false } : options;
        return Handle is { Snapshot: { IsDirect: true, IsPlain: true } snapshot } handle
            && !cancellationToken.IsCancellationRequested && CallBudget.Current is null && !CallTelemetry.HasListeners
            ? new ValueTask<GuardedCall>(new GuardedCall.Plain(this, handle, snapshot, once, cancellationToken))
            : BeginAsync(once, cancellationToken);
    }

    private async ValueTask<GuardedCall> BeginAsync(GuardedCallOptions options, CancellationToken cancellationToken)
    {
        var target = TargetOf(await GetOrCreateAsync(cancellationToken).ConfigureAwait(false));
        return await GuardedCall.Admitted.BeginAsync(new CallRun(target, options, Classifier, cancellationToken)).ConfigureAwait(false);
    }
}
