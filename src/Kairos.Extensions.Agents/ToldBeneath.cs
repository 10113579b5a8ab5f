using Kairos.Extensions.AI;

namespace Kairos.Extensions.Agents;

/// <summary>
/// Failures that a guard beneath the agent has told already: a model's, a memory's, another agent's. They are that component's, so the agent's breaker
/// ignores them, and a run is not made again for what has been tried again beneath it.
/// </summary>
internal static class ToldBeneath
{
    /// <summary>A classifier that ignores them, and asks another one for everything else.</summary>
    public static ErrorClassifier IgnoredBy(ErrorClassifier classifier) => ErrorClassifier.Default.WithRule((exception, in context) =>
        ErrorOf(exception, context.Component) is { } told ? told with { Verdict = Verdict.Ignore } : classifier.Classify(exception, context));

    private static KairosError? ErrorOf(Exception exception, string agent) =>
        (exception as ModelFailedException)?.Error ?? JudgedErrors.OfOther(exception, agent);
}
