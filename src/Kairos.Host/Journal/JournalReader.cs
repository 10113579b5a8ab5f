using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Kairos.Host.Journal;

/// <summary>One line as it was read: an event, or what is wrong with it.</summary>
internal readonly record struct JournalLine(long Number, JournalEvent Event, string? Problem);

/// <summary>Reads a journal line by line, however long it is, in constant memory.</summary>
internal static class JournalReader
{
    /// <summary>The longest line, in bytes; a longer one is at fault and skipped.</summary>
    public const int MaxLineBytes = 64 * 1024;

    /// <summary>The lines of a stream. Empty ones are passed over. The stream is left open.</summary>
    public static async IAsyncEnumerable<JournalLine> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 2 * MaxLineBytes, leaveOpen: true));
        var number = 0L;
        var isTooLong = false; // within a line that is at fault already
        while (true)
        {
            // A console that is read cannot be interrupted; whoever waits for it can.
            var read = await pipe.ReadAsync(CancellationToken.None).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
            var rest = read.Buffer;
            while (TryTakeLine(ref rest, read.IsCompleted, out var line))
            {
                number++;
                if (!isTooLong && Parse(number, line) is { } parsed) yield return parsed;
                isTooLong = false;
            }

            if (rest.Length > MaxLineBytes)
            {
                if (!isTooLong) yield return TooLong(number + 1);
                isTooLong = true;
                rest = rest.Slice(rest.End);
            }

            pipe.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted) yield break;
        }
    }

    private static bool TryTakeLine(ref ReadOnlySequence<byte> rest, bool isLast, out ReadOnlySequence<byte> line)
    {
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            line = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
            return true;
        }

        line = rest;
        if (!isLast || rest.IsEmpty) return false;
        rest = rest.Slice(rest.End);
        return true;
    }

    private static JournalLine? Parse(long number, in ReadOnlySequence<byte> line)
    {
        if (line.Length > MaxLineBytes) return TooLong(number);
        var bytes = line.IsSingleSegment ? line.FirstSpan : line.ToArray();
        var text = TrimSpace(number == 1 && bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes);
        if (text.IsEmpty) return null;
        try
        {
            return new JournalLine(number, JournalParser.Parse(text), null);
        }
        catch (JournalException exception)
        {
            return new JournalLine(number, default, exception.Message);
        }
    }

    private static ReadOnlySpan<byte> TrimSpace(ReadOnlySpan<byte> bytes) => bytes.Trim(" \t\r"u8);

    private static JournalLine TooLong(long number) => new(number, default, $"longer than {MaxLineBytes} bytes");
}
