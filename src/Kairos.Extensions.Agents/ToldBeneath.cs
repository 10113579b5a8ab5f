using Kairos.Classification;
using Kairos.Extensions.AI;

namespace Kairos.Extensions.Agents;

/// <summary>
/// What a guard beneath has recorded already: a failure of a model, of a memory, of another agent, or that it was not called. It is that component's, so
/// for the agent the run is neutral, and is not made again for what has been tried again beneath it.
/// </summary>
internal static class ToldBeneath
{
    /// <summary>Whether an exception, or what it was caused by, is of that kind.</summary>
    public static bool Has(Exception exception, string agent)
    {
        for (var cause = Causes.Unwrap(exception); cause is not null; cause = Causes.After(cause))
        {
            if (cause is ModelFailedException or CallRejectedException || JudgedErrors.OfOther(cause, agent) is not null) return true;
        }

        return false;
    }
}
