using System.Globalization;
using Kairos.Host.Journal;
using Kairos.Host.Running;
using Spectre.Console;

namespace Kairos.Host.Replay;

/// <summary>Shows a replay to people: what changed, then how it ended.</summary>
internal sealed class TableReplayOutput(IAnsiConsole console) : IReplayOutput
{
    private readonly Table _changes = Tables.Create("at", "component", "what", "from", "to", "reason", "#");

    public void Write(ReplayedChange change)
    {
        var at = JournalTime.Write(change.At);
        if (change.Change.Circuit is { } circuit)
        {
            _changes.AddRow(
                at,
                change.Component,
                "circuit",
                circuit.From.ToWireName(),
                circuit.To.ToWireName(),
                circuit.Reason.ToWireName(),
                circuit.Sequence.ToString(CultureInfo.InvariantCulture));
        }
        else if (change.Change.Health is { } health)
        {
            _changes.AddRow(at, change.Component, "health", health.From.ToWireName(), health.To.ToWireName(), "", "");
        }
    }

    public void WriteFinal(ReplayEngine engine)
    {
        console.Write(_changes);
        var final = Tables.OfComponents();
        foreach (var (name, state) in engine.Components)
        {
            Tables.AddComponent(
                final, name, state.Breaker.Circuit, state.Health.Status, state.Account.Errors, state.Account.Recovered, state.ErrorsPerMinute(engine.Now));
        }

        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"at {JournalTime.Write(engine.Now)}:");
        console.Write(final);
    }
}
