using System.Globalization;

namespace Kairos;

/// <summary>A tool that was not called. Immutable.</summary>
/// <param name="Tool">The tool's name, as the model knows it.</param>
/// <param name="Reason">Why it was not called.</param>
/// <param name="RetryAfter">How long until it is worth calling it again; null when nobody can say.</param>
public sealed record ToolUnavailable(string Tool, RejectionReason Reason, TimeSpan? RetryAfter)
{
    /// <summary>A sentence that a model can use: which tool, that it is unavailable, and when to come back.</summary>
    public override string ToString() => Reason switch
    {
        RejectionReason.ConcurrencyLimit => $"The tool '{Tool}' is busy and was not called. Call it again later, or go on without it.",
        RejectionReason.RateLimit => $"The tool '{Tool}' has reached its rate limit and was not called. Call it again later, or go on without it.",
        RejectionReason.BudgetExhausted => $"The tool '{Tool}' was not called: this turn has used up its calls. Answer with what you have.",
        _ => $"The tool '{Tool}' is unavailable at present and was not called. {Advice}",
    };

    private string Advice => RetryAfter is { } wait && wait > TimeSpan.Zero
        ? string.Create(CultureInfo.InvariantCulture, $"Do not call it again within the next {Math.Ceiling(wait.TotalSeconds):0} seconds; go on without it, or say that it is unavailable.")
        : "Go on without it, or say that it is unavailable.";
}
