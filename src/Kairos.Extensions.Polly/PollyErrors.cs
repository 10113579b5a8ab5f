namespace Kairos.Extensions.Polly;

/// <summary>What a component in a pipeline fails with.</summary>
internal static class PollyErrors
{
    /// <summary>A classifier that is told whether a call may be repeated by the options instead of by the guard, which must believe that it may
    /// not: repeating is the pipeline's. What Polly's own strategies throw every classifier knows.</summary>
    public static ErrorClassifier ForPipelines(this ErrorClassifier classifier, bool isIdempotent) => ErrorClassifier.Default.WithRule(
        (exception, in context) => classifier.Classify(exception, context with { IsIdempotent = isIdempotent }));
}
