using System.Diagnostics;
using System.Text.Json;

namespace Kairos.Classification;

/// <summary>What exceptions mean that code throws by itself, without a connection or a storage that failed.</summary>
internal static class CodeRules
{
    /// <param name="exception">The exception.</param>
    /// <param name="isOutermost">Whether it is what the call threw. Faults of code are looked for only there: who wraps one in an
    /// exception of its own has taken it for a failure, not for a bug.</param>
    /// <param name="context">The call.</param>
    public static KairosError? Classify(Exception exception, bool isOutermost, in ClassificationContext context) => exception switch
    {
        OperationCanceledException or TimeoutException => OwnErrors.Timeout(exception),
        JsonException or InvalidDataException => OwnErrors.Own(exception, context, transient: true),
        _ when !isOutermost => null,
        _ when IsMalformedAnswer(exception, context) => OwnErrors.Own(exception, context, transient: true),
        ArgumentException when OwnErrors.IsTool(context) => OwnErrors.Error(ErrorCode.InvalidInput, exception, recoverable: false),
        _ when IsBug(exception) =>
            OwnErrors.Error(ErrorCode.InternalError, exception, recoverable: false) with { Verdict = Verdict.Ignore },
        _ => null,
    };

    /// <summary>
    /// What the SDKs of models throw on a 200 whose JSON is well-formed and not what was asked for: a list or an enumeration without the
    /// value, an object without the property, a value of another kind (seen of OpenAI's 2.14). From a model it is the provider's fault;
    /// elsewhere these types do not tell.
    /// </summary>
    private static bool IsMalformedAnswer(Exception exception, in ClassificationContext context) =>
        exception is ArgumentOutOfRangeException or KeyNotFoundException or FormatException
            or (InvalidOperationException and not ObjectDisposedException)
        && OwnErrors.IsLlm(context);

    /// <summary>
    /// Faults of the program, which no dependency can be blamed for. <see cref="InvalidOperationException"/> itself is not among them: the
    /// base library throws it for what came over the wire as well (a JSON value of another kind, an unknown charset), so it counts.
    /// </summary>
    private static bool IsBug(Exception exception) => exception
        is NullReferenceException
        or ArgumentException
        or InvalidCastException
        or IndexOutOfRangeException
        or NotImplementedException
        or NotSupportedException
        or ObjectDisposedException
        or DivideByZeroException
        or ArrayTypeMismatchException
        or MemberAccessException
        or TypeLoadException
        or TypeInitializationException
        or UnreachableException;
}
