using System.Collections.Immutable;
using System.Reflection;

namespace Kairos.Classification;

/// <summary>What reads the exceptions of libraries that Kairos does not know. One that throws is passed over. Immutable.</summary>
internal sealed record Adapters(ImmutableArray<ResponseAdapter> Responses, ImmutableArray<StorageAdapter> Storages)
{
    public static Adapters None { get; } = new([], []);

    /// <summary>The answer that an exception carries.</summary>
    public ResponseFacts? FactsOf(Exception exception)
    {
        foreach (var adapter in Responses)
        {
            try
            {
                if (adapter(exception) is { } facts) return facts;
            }
            catch (Exception)
            {
                // An adapter that throws does not know the exception.
            }
        }

        return exception switch
        {
            HttpFailureException failure => failure.Facts,
            HttpRequestException { StatusCode: { } status } => new ResponseFacts { Status = (int)status },
            _ => null,
        };
    }

    /// <summary>The SQLite result code that an exception carries.</summary>
    public int? ResultCodeOf(Exception exception)
    {
        foreach (var adapter in Storages)
        {
            try
            {
                if (adapter(exception) is { } code) return code;
            }
            catch (Exception)
            {
                // An adapter that throws does not know the exception.
            }
        }

        return null;
    }
}

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
