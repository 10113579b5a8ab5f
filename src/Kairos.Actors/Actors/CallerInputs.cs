using Kairos.CircuitBreaker;
using Kairos.Components;
using Kairos.State;

namespace Kairos.Actors;

/// <summary>
/// What callers did without a message, as inputs: probe calls that they let through by the gate, and successes that they only counted. The
/// actor takes them in before anything else, so that the machine always decides from the whole of it.
/// </summary>
internal static class CallerInputs
{
    /// <summary>Whether there can be any: only while half-open, or while a rule needs the window.</summary>
    public static bool MayExist(ComponentHandle handle) =>
        handle.State.Breaker.Circuit == CircuitState.HalfOpen || handle.Settings.Breaker.UsesWindow;

    /// <summary>Whether callers have counted successes since the last time.</summary>
    public static bool HasNewSuccesses(ComponentHandle handle) => handle.Ledger.Successes.Total > handle.SuccessesSeen;

    /// <summary>Puts settings in force. A ratio rule that is switched on begins with an empty window: what was counted before is not of now.</summary>
    public static void PutInForce(ComponentHandle handle, ComponentSettings settings)
    {
        if (settings.Breaker.UsesWindow && !handle.Settings.Breaker.UsesWindow)
        {
            handle.SuccessesSeen = handle.Ledger.Successes.Total;
            handle.IsIdle = true;
        }

        handle.Settings = settings;
    }

    /// <summary>Takes over what has come since the last time.</summary>
    public static List<(ComponentInput Input, TimeSpan At)> TakeOver(ComponentHandle handle, TimeSpan now)
    {
        var facts = new List<(ComponentInput, TimeSpan)>();
        if (handle.Gate is { } gate)
        {
            foreach (var claim in gate.ClaimsUnknownTo(handle.State.Breaker))
                facts.Add((ComponentInput.Of(BreakerInput.Claim(new CallTicket(gate.Generation, claim.Number))), claim.At));
        }

        var successes = handle.Ledger.Successes.Total;
        if (handle.Settings.Breaker.UsesWindow && successes > handle.SuccessesSeen)
            facts.Add((ComponentInput.Of(BreakerInput.Traffic(successes - handle.SuccessesSeen)), now));
        if (successes > handle.SuccessesSeen) handle.IsIdle = false;
        handle.SuccessesSeen = successes;
        return facts;
    }

    /// <summary>What a guarded call's end means to the machine.</summary>
    public static ComponentInput From(ComponentProtocol.CallEnded call, BreakerPolicy policy)
    {
        if (call.Error is { } error) return ComponentInput.OfError(error, call.Ticket, call.Duration);
        if (call.Status != CallStatus.Success) return ComponentInput.Of(BreakerInput.Neutral(call.Ticket));
        return ComponentInput.Of(call.Ticket.IsProbe
            ? BreakerInput.Success(call.Ticket, call.Duration)
            : BreakerInput.Traffic(0, policy.IsSlow(call.Duration) ? 1 : 0, call.Ticket.Generation)); // the ledger has counted the call
    }
}
