using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>The tokens of a model's calls: estimated before them where a limit needs that, and told by their answers. Thread-safe.</summary>
internal sealed class ModelUsage(ModelGuardOptions options)
{
    private readonly TokenEstimate _estimate = new(options.Tokens);

    /// <summary>The usage of a call that is about to be made; null where nobody wants to know.</summary>
    public CallUsage? Begin(ComponentGuard guard, in ChatCall call) =>
        guard.LimitsTokens ? new CallUsage(_estimate.Of(call)) : ComponentGuard.HasBudget ? new CallUsage(0) : null;

    /// <inheritdoc cref="Begin(ComponentGuard, in ChatCall)"/>
    public CallUsage? Begin<T>(ComponentGuard guard, IReadOnlyList<T> inputs) =>
        guard.LimitsTokens ? new CallUsage(_estimate.Of(inputs)) : ComponentGuard.HasBudget ? new CallUsage(0) : null;

    /// <summary>An answer, or a part of it, tells what was used.</summary>
    /// <param name="usage">The call's; null where nobody wants to know.</param>
    /// <param name="told">What it tells; null where it tells nothing.</param>
    /// <param name="model">The model that answers.</param>
    public static void Take(CallUsage? usage, UsageDetails? told, string? model)
    {
        if (usage is null) return;
        usage.Model ??= model;
        if (told is null) return;
        var input = told.InputTokenCount ?? (told.OutputTokenCount is null ? told.TotalTokenCount : null);
        if (input is { } read) usage.Input = (usage.Input ?? 0) + Math.Max(0, read);
        if (told.OutputTokenCount is { } written) usage.Output = (usage.Output ?? 0) + Math.Max(0, written);
        if (told.CachedInputTokenCount is { } cached) usage.CachedInput = (usage.CachedInput ?? 0) + Math.Max(0, cached);
    }

    /// <summary>Whether an answer was ended by its turn's budget, for which nobody is to blame.</summary>
    public static bool IsEndOfBudget(Exception exception, string component) =>
        exception is CallRejectedException { Rejection: RejectionReason.BudgetExhausted } ended && ended.Component == component;

    /// <summary>There is no more of an answer. One that has come in part and told nothing has used what its length says.</summary>
    public void End(in ChatCall call, long letters)
    {
        if (call.Usage is not { } usage) return;
        usage.Model ??= call.Options?.ModelId;
        if (!usage.IsKnown && letters > 0) (usage.Input, usage.Output) = (_estimate.InputOf(call), TokenEstimate.OfLength(letters));
        if (usage.Output is { } output) _estimate.Learn(output);
    }
}
