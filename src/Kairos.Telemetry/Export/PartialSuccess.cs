namespace Kairos.Telemetry.Export;

/// <summary>
/// Reads from an OTLP answer how much of an export was rejected: field 1 of the answer is <c>partial_success</c>, whose field 1 is the number
/// (opentelemetry-proto, collector/*/v1). The same for all signals.
/// </summary>
internal static class PartialSuccess
{
    private const int GrpcPrefix = 5; // one byte of flags, four of length
    private const int MostBytes = 64 * 1024;

    /// <summary>The number of rejected items; 0 where none is told, or what is told is no answer.</summary>
    public static long Rejected(Stream content, bool isGrpc)
    {
        var bytes = new byte[(int)Math.Min(content.Length, MostBytes)];
        content.ReadExactly(bytes);
        var message = bytes.AsSpan();
        if (isGrpc)
        {
            if (message.Length < GrpcPrefix || message[0] != 0) return 0; // compressed answers are not asked for
            message = message[GrpcPrefix..];
        }

        return TryFind(message, 2, out var length, out var rest) && length <= (ulong)rest.Length && TryFind(rest[..(int)length], 0, out var rejected, out _)
            ? (long)Math.Min(rejected, long.MaxValue)
            : 0;
    }

    /// <summary>Finds field 1 of a wire type: its value (or length), and what stands behind it.</summary>
    private static bool TryFind(ReadOnlySpan<byte> message, int wireType, out ulong value, out ReadOnlySpan<byte> rest)
    {
        value = 0;
        rest = message;
        while (TryReadVarint(ref rest, out var tag) && TryReadVarint(ref rest, out value))
        {
            if (tag == (ulong)((1 << 3) | wireType)) return true;
            if ((tag & 7) == 2 && value <= (ulong)rest.Length) rest = rest[(int)value..]; // a text: behind it
            else if ((tag & 7) != 0) return false;
        }

        return false;
    }

    private static bool TryReadVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 0x7f) << (7 * i);
            if ((bytes[i] & 0x80) != 0) continue;
            bytes = bytes[(i + 1)..];
            return true;
        }

        return false;
    }
}
