namespace Kairos.Errors;

/// <summary>The errors that several rules end in.</summary>
internal static class OwnErrors
{
    private const string Llm = "llm";
    private const string Memory = "memory";
    private const string Tools = "tools";

    public static bool IsLlm(in ClassificationContext context) => Root(context) is Llm;

    public static bool IsTool(in ClassificationContext context) => Root(context) is Tools;

    /// <summary>Whether the component answers for one thing only, so that "there is no such thing" means the component itself.</summary>
    public static bool IsOneThing(in ClassificationContext context) => Root(context) is not (Memory or Tools);

    /// <summary>The component's own code, counted. What a tool has begun may have had its effect, however the failure looks from
    /// outside, so a failed tool is recoverable only if it is idempotent.</summary>
    public static KairosError Own(Exception? cause, in ClassificationContext context, bool transient)
    {
        var error = Error(CodeOf(context), cause, transient);
        return error.Code == ErrorCode.ToolFailure ? error with { Recoverable = transient && context.IsIdempotent } : error;
    }

    public static KairosError Timeout(Exception cause) => Error(ErrorCode.Timeout, cause, recoverable: true);

    public static KairosError Error(ErrorCode code, Exception? cause, bool recoverable) =>
        new(code, ErrorText.Of(cause)) { Recoverable = recoverable, Cause = cause };

    /// <summary>The code of what is not known any better, by the component's first name.</summary>
    public static ErrorCode CodeOf(in ClassificationContext context) => Root(context) switch
    {
        Llm => ErrorCode.LlmError,
        Memory => ErrorCode.MemoryError,
        Tools => ErrorCode.ToolFailure,
        _ => ErrorCode.InternalError,
    };

    private static ReadOnlySpan<char> Root(in ClassificationContext context)
    {
        var name = context.Component.AsSpan();
        var cut = name.IndexOf('/');
        return cut < 0 ? name : name[..cut];
    }
}
