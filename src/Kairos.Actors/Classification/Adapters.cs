using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;

namespace Kairos.Classification;

/// <summary>What reads the exceptions of libraries that Kairos does not know. One that throws is passed over. Immutable.</summary>
internal sealed record Adapters(ImmutableArray<ResponseAdapter> Responses, ImmutableArray<StorageAdapter> Storages)
{
    public static Adapters None { get; } = new([], []);

    /// <summary>The answer that an exception carries.</summary>
    public ResponseFacts? FactsOf(Exception exception) => First(Responses, static (adapter, it) => adapter(it), exception) ?? exception switch
    {
        HttpFailureException failure => failure.Facts,
        HttpRequestException { StatusCode: { } status } => new ResponseFacts { Status = (int)status },
        _ => null,
    };

    /// <summary>The SQLite result code that an exception carries.</summary>
    public int? ResultCodeOf(Exception exception) => First(Storages, static (adapter, it) => adapter(it), exception);

    /// <summary>The first answer that one of those who are asked has. Who throws has none.</summary>
    public static TAnswer? First<TAsked, TQuestion, TAnswer>(ImmutableArray<TAsked> asked, Func<TAsked, TQuestion, TAnswer?> ask, TQuestion question)
    {
        foreach (var one in asked)
        {
            try
            {
                if (ask(one, question) is { } answer) return answer;
            }
            catch (Exception)
            {
                // A rule or an adapter that throws does not know the exception.
            }
        }

        return default;
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

/// <summary>
/// What a strategy of Polly's beneath the guard throws in place of a call, known by name: an open breaker or a full limiter means that the
/// component was not called, so it has done nothing wrong. Looked up once per type.
/// </summary>
internal static class PollyShape
{
    private const string Rejected = "Polly.ExecutionRejectedException";
    private const string TimedOut = "Polly.Timeout.TimeoutRejectedException";
    private static readonly ConcurrentDictionary<Type, (bool IsRejection, bool IsTimeout, PropertyInfo? RetryAfter)> Known = new();

    /// <summary>The error, neutral, with the code of what opened the breaker where that is told; null where it is none of Polly's.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="classifier">Says what the cause means.</param>
    /// <param name="context">The call.</param>
    public static KairosError? Classify(Exception exception, ErrorClassifier classifier, in ClassificationContext context)
    {
        var (isRejection, isTimeout, retryAfter) = Known.GetOrAdd(exception.GetType(), Find);
        if (isTimeout) return OwnErrors.Timeout(exception);
        if (!isRejection) return null;
        var opener = exception.InnerException;
        while (opener is not null && Known.GetOrAdd(opener.GetType(), Find).IsRejection) opener = opener.InnerException;
        var code = opener is null ? OwnErrors.CodeOf(context) : classifier.Classify(opener, context).Code;
        return OwnErrors.Error(code, exception, recoverable: true) with
        {
            Verdict = Verdict.Ignore,
            RetryAfter = retryAfter?.GetValue(exception) is TimeSpan wait && wait > TimeSpan.Zero ? wait : null,
        };
    }

    private static (bool IsRejection, bool IsTimeout, PropertyInfo? RetryAfter) Find(Type type) =>
        (Is(type, Rejected), Is(type, TimedOut), type.GetProperty("RetryAfter", BindingFlags.Public | BindingFlags.Instance));

    private static bool Is(Type? type, string name)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.FullName == name) return true;
        }

        return false;
    }
}
