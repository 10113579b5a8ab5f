using System.Reflection;

namespace Kairos.Errors;

/// <summary>The way from an exception to what caused it.</summary>
internal static class Causes
{
    /// <summary>The next one. Of several, the last: SDKs collect their own attempts in order.</summary>
    public static Exception? After(Exception exception) =>
        exception is AggregateException { InnerExceptions: [.., var last] } ? last : exception.InnerException;

    /// <summary>What the wrappers of tasks and of calls by reflection hold, which mean nothing themselves.</summary>
    public static Exception Unwrap(Exception exception)
    {
        while (exception is AggregateException or TargetInvocationException && After(exception) is { } inner) exception = inner;
        return exception;
    }
}
