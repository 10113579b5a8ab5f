using System.Runtime.CompilerServices;
using Kairos.Classification;

namespace Kairos.Extensions.AI;

/// <summary>
/// What guards have made of exceptions, so that an agent is told the very error that was counted: made anew it might say another retry-after,
/// since time has gone on. Thread-safe.
/// </summary>
internal static class JudgedErrors
{
    private static readonly ConditionalWeakTable<Exception, KairosError> Known = [];

    /// <summary>A classifier that remembers what it says.</summary>
    public static ErrorClassifier Remembering(ErrorClassifier classifier) => ErrorClassifier.Default.WithRule((exception, in context) =>
    {
        var error = classifier.Classify(exception, context);
        Known.AddOrUpdate(exception, error);
        return error;
    });

    /// <summary>What a guard made of an exception; null where none has seen it.</summary>
    public static KairosError? Of(Exception exception) => Known.TryGetValue(Causes.Unwrap(exception), out var error) ? error : null;
}
