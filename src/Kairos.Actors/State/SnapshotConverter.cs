using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kairos.State;

/// <summary>Writes a snapshot as JSON that people and their tools read: wire names, times of the clock, no settings. It is not read back.</summary>
internal sealed class SnapshotConverter : JsonConverter<ComponentSnapshot>
{
    public override ComponentSnapshot Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("A snapshot is published by its component's actor; it cannot be read from JSON.");

    public override void Write(Utf8JsonWriter writer, ComponentSnapshot value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("component", value.Component);
        writer.WriteNumber("number", value.Number);
        writer.WriteString("circuit", value.Circuit.ToWireName());
        writer.WriteString("reason", value.Last.Reason.ToWireName());
        writer.WriteNumber("sequence", value.Sequence);
        writer.WriteString("since", value.Since);
        if (value.OpenUntil is { } until) writer.WriteString("openUntil", until);
        writer.WriteBoolean("isolated", value.IsIsolated);
        writer.WriteString("health", value.Health.ToWireName());
        writer.WriteNumber("consecutiveFailures", value.ConsecutiveFailures);
        writer.WriteNumber("errors", value.Errors);
        writer.WriteNumber("recovered", value.Recovered);
        writer.WriteNumber("errorsPerMinute", value.ErrorsPerMinute);
        WriteLimits(writer, value.Limits);
        writer.WriteEndObject();
    }

    private static void WriteLimits(Utf8JsonWriter writer, LimitStatus limits)
    {
        if (limits.Active is { } active) writer.WriteNumber("active", active);
        if (limits.Queued is { } queued) writer.WriteNumber("queued", queued);
        if (limits.MaxConcurrent is { } most) writer.WriteNumber("maxConcurrent", most);
        if (limits.Pace is { } pace) writer.WriteNumber("pace", pace);
    }
}
