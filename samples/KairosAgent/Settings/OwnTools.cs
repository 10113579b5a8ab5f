namespace KairosAgent.Settings;

/// <summary>The names of the agent's own tools, which no server may have.</summary>
internal static class OwnTools
{
    public const string Clock = "clock", Calculator = "calculator", HttpFetch = "http_fetch", Remember = "remember", Recall = "recall";

    /// <summary>Those with a component of their own beneath <c>tools</c>, where servers have theirs as well.</summary>
    public static readonly IReadOnlyList<string> Components = [Clock, Calculator, HttpFetch];
}
