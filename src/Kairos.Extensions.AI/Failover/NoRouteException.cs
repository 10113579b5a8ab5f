namespace Kairos;

/// <summary>No route accepts a request (<see cref="ModelRoute.Accepts"/>): it was sent to nobody, and no component is blamed for it. Immutable.</summary>
public sealed class NoRouteException : KairosException
{
    internal NoRouteException(IReadOnlyList<string> components)
        : base(new KairosError(ErrorCode.InvalidInput, $"No route accepts the request: not {string.Join(", not ", components)}.")
        {
            Recoverable = false,
            Verdict = Verdict.Ignore,
        }) => Components = components;

    /// <summary>The components of the routes that were asked whether they accept it.</summary>
    public IReadOnlyList<string> Components { get; }
}
