using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Kairos.Host.Journal;

namespace Kairos.Host.Replay;

/// <summary>Writes a replay as JSON Lines.</summary>
internal sealed class JsonReplayOutput(Stream output) : IReplayOutput
{
    // Offsets begin with a plus sign, which the default encoder would write as \u002B.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Write(ReplayedChange change) => Line(json =>
    {
        json.WriteString("at", JournalTime.Write(change.At));
        json.WriteString("component", change.Component);
        if (change.Change.Circuit is { } circuit)
        {
            json.WriteString("event", "circuit");
            json.WriteString("from", circuit.From.ToWireName());
            json.WriteString("to", circuit.To.ToWireName());
            json.WriteString("reason", circuit.Reason.ToWireName());
            json.WriteNumber("sequence", circuit.Sequence);
        }
        else
        {
            json.WriteString("event", "health");
            json.WriteString("from", change.Change.Health!.From.ToWireName());
            json.WriteString("to", change.Change.Health.To.ToWireName());
        }
    });

    public void WriteFinal(ReplayEngine engine) => Line(json =>
    {
        json.WriteString("event", "final");
        json.WriteString("at", JournalTime.Write(engine.Now));
        json.WriteStartArray("components");
        foreach (var (name, state) in engine.Components)
        {
            json.WriteStartObject();
            json.WriteString("component", name);
            json.WriteString("circuit", state.Breaker.Circuit.ToWireName());
            json.WriteString("health", state.Health.Status.ToWireName());
            json.WriteNumber("errors", state.Account.Errors);
            json.WriteNumber("recovered", state.Account.Recovered);
            json.WriteNumber("rate_per_minute", state.ErrorsPerMinute(engine.Now));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private void Line(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        output.Write(buffer.WrittenSpan);
        output.Write("\n"u8);
    }
}
