#pragma warning disable
namespace Kairos.Errors;
public readonly record struct ClassificationContext(string Component) { public bool IsTimeout { get; init; } public bool IsIdempotent { get; init; } public TimeProvider Time { get; init; } = TimeProvider.System; }
public sealed class ErrorClassifier { public static ErrorClassifier Default { get; } = new(); public KairosError Classify(Exception exception, in ClassificationContext context) => exception is KairosException k ? k.Error : new(context.IsTimeout ? ErrorCode.Timeout : ErrorCode.LlmError, exception.Message) { Cause = exception }; }
public class KairosException(KairosError error) : Exception(error.Message) { public KairosError Error { get; } = error; }
