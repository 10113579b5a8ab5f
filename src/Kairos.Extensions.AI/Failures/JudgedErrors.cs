using System.Runtime.CompilerServices;
using Kairos.Classification;

namespace Kairos.Extensions.AI;

/// <summary>
/// What guards have made of exceptions, so that an agent is told the very error that was counted: made anew it might say another retry-after,
/// since time has gone on. Thread-safe.
/// </summary>
internal static class JudgedErrors
{
    private static readonly ConditionalWeakTable<Exception, Judgement> Known = [];

    /// <summary>A classifier that remembers what it says.</summary>
    public static ErrorClassifier Remembering(ErrorClassifier classifier) => ErrorClassifier.Default.WithRule((exception, in context) =>
    {
        var error = classifier.Classify(exception, context);
        Known.AddOrUpdate(exception, new Judgement(context.Component, error));
        return error;
    });

    /// <summary>What a guard made of an exception; null where none has seen it.</summary>
    public static KairosError? Of(Exception exception) => Find(exception)?.Error;

    /// <summary>What the guard of another component made of an exception; null where none has seen it.</summary>
    public static KairosError? OfOther(Exception exception, string component) =>
        Find(exception) is { } judgement && judgement.Component != component ? judgement.Error : null;

    private static Judgement? Find(Exception exception) => Known.TryGetValue(Causes.Unwrap(exception), out var judgement) ? judgement : null;

    private sealed record Judgement(string Component, KairosError Error);
}
