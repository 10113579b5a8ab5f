namespace Kairos.Breaking;

/// <summary>The rules by which failures and slow calls of a closed circuit open it.</summary>
internal static class OpenRules
{
    /// <summary>The first rule that is broken, or null.</summary>
    public static TransitionReason? Broken(BreakerPolicy policy, in BreakerState state, TimeSpan now)
    {
        if (policy.ConsecutiveFailures > 0 && state.ConsecutiveFailures >= policy.ConsecutiveFailures)
            return TransitionReason.Failures;
        if (!policy.UsesWindow) return null;

        var window = state.Window.Count(now, policy.Window);
        if (window.Calls == 0 || window.Calls < policy.MinimumThroughput) return null;
        if (policy.FailureRatio > 0 && Share(window.Failures, window.Calls) >= policy.FailureRatio)
            return TransitionReason.FailureRatio;
        return policy.SlowCallRatio > 0 && Share(window.Slow, window.Calls) >= policy.SlowCallRatio
            ? TransitionReason.SlowCalls
            : null;
    }

    private static double Share(long part, long whole) => (double)part / whole;
}
