namespace Kairos.Extensions.AI;

/// <summary>A failure of a tool that the model is told in words of our own, in place of a result.</summary>
internal sealed class ToldException : KairosException
{
    private ToldException(KairosError error) : base(error)
    {
    }

    /// <summary>The arguments do not fit: the tool has not run, and nothing is wrong with it.</summary>
    public static ToldException WrongArguments(string tool, string why, Exception? cause) =>
        new(new KairosError(ErrorCode.InvalidInput, $"The tool '{tool}' was not run: {why}. Call it again with arguments that fit, or go on without it.") { Cause = cause });

    /// <summary>There is more of a result than may come in.</summary>
    public static ToldException TooMuch(string tool, long limit) => new(new KairosError(
        ErrorCode.ToolFailure,
        $"The result of the tool '{tool}' is longer than {limit} bytes, the limit that {nameof(ToolGuardOptions.MaxResultBytes)} sets. Ask it for less, or go on without it."));
}
