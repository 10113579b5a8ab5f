using Kairos.Breaking;

namespace Kairos.Components;

/// <summary>
/// What callers did without a message, as inputs: probe calls that they let through by the gate, and successes that they only counted. The
/// actor takes them in before anything else, so that the machine always decides from the whole of it.
/// </summary>
internal static class CallerFacts
{
    /// <summary>Whether there can be any: only while half-open, or while a rule needs the window.</summary>
    public static bool MayExist(ComponentCell cell) =>
        cell.State.Breaker.Circuit == CircuitState.HalfOpen || cell.Settings.Breaker.UsesWindow;

    /// <summary>Whether callers have counted successes since the last time.</summary>
    public static bool HasNewSuccesses(ComponentCell cell) => cell.Ledger.Successes.Total > cell.SuccessesSeen;

    /// <summary>Puts settings in force. A ratio rule that is switched on begins with an empty window: what was counted before is not of now.</summary>
    public static void PutInForce(ComponentCell cell, ComponentSettings settings)
    {
        if (settings.Breaker.UsesWindow && !cell.Settings.Breaker.UsesWindow)
        {
            cell.SuccessesSeen = cell.Ledger.Successes.Total;
            cell.IsIdle = true;
        }

        cell.Settings = settings;
    }

    /// <summary>Takes over what has come since the last time.</summary>
    public static List<(ComponentInput Input, TimeSpan At)> TakeOver(ComponentCell cell, TimeSpan now)
    {
        var facts = new List<(ComponentInput, TimeSpan)>();
        if (cell.Gate is { } gate)
        {
            foreach (var claim in gate.ClaimsUnknownTo(cell.State.Breaker))
                facts.Add((ComponentInput.Of(BreakerInput.Claim(new CallTicket(gate.Generation, claim.Number))), claim.At));
        }

        var successes = cell.Ledger.Successes.Total;
        if (cell.Settings.Breaker.UsesWindow && successes > cell.SuccessesSeen)
            facts.Add((ComponentInput.Of(BreakerInput.Traffic(successes - cell.SuccessesSeen)), now));
        if (successes > cell.SuccessesSeen) cell.IsIdle = false;
        cell.SuccessesSeen = successes;
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
