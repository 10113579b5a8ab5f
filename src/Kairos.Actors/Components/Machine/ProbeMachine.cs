namespace Kairos.Components;

/// <summary>What is to be done about a health probe.</summary>
internal enum ProbeStep
{
    Nothing,
    Check,   // begin the check of the state's number
    Tell,    // the check has ended: tell what it has found out
    GiveUp,  // it has not answered in time: give it up and tell that
}

/// <summary>Whether a health probe rests or is at work, and since when. A value.</summary>
/// <param name="Since">When its check began, or its rest.</param>
/// <param name="Check">The number of the check that runs, or of the last one.</param>
/// <param name="IsChecking">Whether it runs.</param>
internal readonly record struct ProbeState(TimeSpan Since, long Check = 0, bool IsChecking = false)
{
    /// <summary>When something is to be done although nothing happens: the rest is over, or the time of the check.</summary>
    public TimeSpan NextDeadline(HealthPolicy policy) => Since + (IsChecking ? policy.ProbeTimeout : policy.ProbeInterval);
}

/// <summary>
/// When a health probe is run, as pure functions: one check at a time, a rest behind each. Everything is decided from the time that has passed, so a
/// tick too many does no harm.
/// </summary>
internal static class ProbeMachine
{
    /// <summary>Time has passed, or the policy is another one.</summary>
    public static ProbeStep Tick(HealthPolicy policy, ref ProbeState state, TimeSpan now)
    {
        if (now < state.NextDeadline(policy)) return ProbeStep.Nothing;
        state = new ProbeState(now, state.IsChecking ? state.Check : state.Check + 1, !state.IsChecking);
        return state.IsChecking ? ProbeStep.Check : ProbeStep.GiveUp;
    }

    /// <summary>A check has ended. One that was given up has nothing to say any more.</summary>
    public static ProbeStep End(ref ProbeState state, long check, TimeSpan now)
    {
        if (!state.IsChecking || check != state.Check) return ProbeStep.Nothing;
        state = new ProbeState(now, check);
        return ProbeStep.Tell;
    }
}
