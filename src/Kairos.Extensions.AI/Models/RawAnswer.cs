using System.Collections.Concurrent;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>
/// What only the raw representation of an answer of OpenAI's Responses tells; it is known by name, once per type. <c>response.failed</c> is a
/// failure, and so is a whole response with an error; <c>response.incomplete</c> (the token limit, a content filter) is an end like any other.
/// </summary>
internal static class RawAnswer
{
    private static readonly ConcurrentDictionary<Type, RawKind> Kinds = new();

    /// <summary>What a raw update or response says.</summary>
    public enum RawKind
    {
        /// <summary>Nothing that is not told otherwise.</summary>
        Other,

        /// <summary>The stream has ended before its time, and in good order.</summary>
        Incomplete,

        /// <summary>The stream has failed.</summary>
        Failed,

        /// <summary>A whole response, which may hold an error.</summary>
        Whole,
    }

    public static RawKind KindOf(object? raw) => raw is null ? RawKind.Other : Kinds.GetOrAdd(raw.GetType(), static type => Find(type));

    /// <summary>The code of a failed stream's error.</summary>
    public static string? FailedCodeOf(object raw) => CodeOf(ErrorOf(ValueOf(raw, "Response")));

    /// <summary>The error of a whole response.</summary>
    public static ErrorContent? ErrorIn(object? raw) =>
        KindOf(raw) == RawKind.Whole && ErrorOf(raw) is { } error ? new ErrorContent(null) { ErrorCode = CodeOf(error) } : null;

    private static RawKind Find(Type type) =>
        ReflectedTypes.Is(type, "OpenAI.Responses.StreamingResponseFailedUpdate") ? RawKind.Failed
        : ReflectedTypes.Is(type, "OpenAI.Responses.StreamingResponseIncompleteUpdate") ? RawKind.Incomplete
        : ReflectedTypes.Is(type, "OpenAI.Responses.ResponseResult") ? RawKind.Whole
        : RawKind.Other;

    private static object? ErrorOf(object? response) => ValueOf(response, "Error");

    private static string? CodeOf(object? error) => ValueOf(error, "Code")?.ToString();

    private static object? ValueOf(object? owner, string property) => owner?.GetType().GetProperty(property)?.GetValue(owner);
}
