using System.Text.Json;

namespace Kairos.Classification;

/// <summary>The beginning of JSON that is too long to be kept.</summary>
internal static class CutJson
{
    /// <summary>Makes it whole: it ends behind its last value, with all closed that is open there. Never throws.</summary>
    public static byte[] Close(ReadOnlySpan<byte> json)
    {
        var (open, end) = (new Stack<byte>(), 0);
        var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.StartObject) open.Push((byte)'}');
                else if (reader.TokenType == JsonTokenType.StartArray) open.Push((byte)']');
                else if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray) open.Pop();
                if (reader.TokenType != JsonTokenType.PropertyName) end = (int)reader.BytesConsumed;
            }
        }
        catch (JsonException)
        {
            // From there on it is no JSON.
        }

        return [.. json[..end], .. open];
    }
}
