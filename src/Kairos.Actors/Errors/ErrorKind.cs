namespace Kairos.Errors;

/// <summary>
/// What tells one error series from another within a component: the attributes <c>error.code</c> and <c>recoverable</c>. There are
/// <see cref="Count"/> of them, so counts per kind are an array.
/// </summary>
/// <param name="Code">The error's code.</param>
/// <param name="Recoverable">Whether it was recoverable.</param>
public readonly record struct ErrorKind(ErrorCode Code, bool Recoverable)
{
    /// <summary>How many kinds there are.</summary>
    public const int Count = ErrorCodeNames.Count * 2;

    /// <summary>The kind of an error.</summary>
    public static ErrorKind Of(KairosError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new ErrorKind(error.Code, error.Recoverable);
    }

    internal int Index => ((int)Code * 2) + (Recoverable ? 1 : 0);

    internal static ErrorKind FromIndex(int index) => new((ErrorCode)(index / 2), index % 2 == 1);
}
