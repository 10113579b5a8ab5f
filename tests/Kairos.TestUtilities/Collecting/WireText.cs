using System.Globalization;
using System.Text;
using Google.Protobuf;
using Kairos.TestUtilities.Collecting.Wire;

namespace Kairos.TestUtilities.Collecting;

/// <summary>Parts of an export in a form that can be compared.</summary>
internal static class WireText
{
    /// <summary>Attributes by name. Texts as they are; others with their kind, as in <c>bool True</c>.</summary>
    public static SortedDictionary<string, string> ToTexts(this IEnumerable<KeyValue> attributes) => new(
        attributes.ToDictionary(attribute => attribute.Key, attribute => TextOf(attribute.Value)), StringComparer.Ordinal);

    /// <summary>An id as people write it; empty where there is none.</summary>
    public static string ToHex(this ByteString id) => Convert.ToHexStringLower(id.Span);

    /// <summary>Whether a text stands anywhere in an export, in whatever field, known here or not.</summary>
    public static bool Holds(this IMessage export, string text) => export.ToByteArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;

    private static string TextOf(AnyValue value) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => value.StringValue,
        AnyValue.ValueOneofCase.BoolValue => $"bool {value.BoolValue}",
        AnyValue.ValueOneofCase.IntValue => string.Create(CultureInfo.InvariantCulture, $"int {value.IntValue}"),
        AnyValue.ValueOneofCase.DoubleValue => string.Create(CultureInfo.InvariantCulture, $"double {value.DoubleValue}"),
        _ => "nothing that is asserted",
    };
}
