using System.Buffers;
using System.Text.Json;

namespace Kairos.Classification;

/// <summary>
/// Reads an answer of success while it comes in: the error that it may hold all the same, and signs that it is alive. It reads whole JSON,
/// lines of JSON, and server-sent events, by what the body looks like rather than by what its type says. Not thread-safe; never throws.
/// </summary>
/// <param name="status">The answer's status.</param>
/// <param name="mediaType">Its media type.</param>
/// <param name="header">Looks up one of its headers.</param>
internal sealed class AnswerReader(int status, string? mediaType, Func<string, string?>? header)
{
    /// <summary>How much of a whole answer is looked at, in bytes.</summary>
    public const int MaxWhole = 1024 * 1024;

    private static readonly string[] TypesOfLines = ["ndjson", "jsonl", "json-lines", "jsonlines", "stream+json"];

    private readonly ArrayBufferWriter<byte> _begun = new();
    private readonly ArrayBufferWriter<byte> _data = new();
    private Form _form = Form.Unknown;
    private bool _afterReturn;
    private bool _mayBeLine = true;
    private bool _isNamedError;

    private enum Form
    {
        Unknown,
        Whole,
        Lines,
        Events,
        Unread,
    }

    /// <summary>The error that the answer holds; null while there is none.</summary>
    public ResponseFacts? Error { get; private set; }

    /// <summary>What has come of the answer itself: its text, its reasoning, a call of a tool.</summary>
    public AnswerLife Life { get; } = new();

    /// <summary>How much of one line or event has come in that has not ended yet, in bytes.</summary>
    public int Pending => _form is Form.Lines or Form.Events ? _begun.WrittenCount + _data.WrittenCount : 0;

    /// <summary>Takes bytes in.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && Error is null)
        {
            if (_form == Form.Unknown && !TryRecognize(ref bytes)) return;
            if (_form == Form.Unread) return;
            bytes = _form == Form.Whole ? Keep(bytes) : AddToLine(bytes);
        }
    }

    /// <summary>The answer has ended: what was begun is all there is of it.</summary>
    public void End()
    {
        if (_form == Form.Whole && !TryTake(_begun.WrittenMemory, isNamed: false)) AddByLines();
        if (_form is Form.Lines or Form.Events)
        {
            TakeLine();
            Dispatch();
        }

        _form = Form.Unread;
    }

    /// <summary>Skips what stands before the first letter, which tells the form.</summary>
    private bool TryRecognize(ref ReadOnlySpan<byte> bytes)
    {
        var first = bytes.IndexOfAnyExcept(" \t\r\n\uFEFF"u8);
        if (first < 0) return false;
        bytes = bytes[first..];
        var isJson = bytes[0] is (byte)'{' or (byte)'[';
        _form = !isJson ? Form.Events : IsOfLines ? Form.Lines : Form.Whole;
        return true;
    }

    private bool IsOfLines => mediaType is not null && TypesOfLines.Any(type => mediaType.Contains(type, StringComparison.OrdinalIgnoreCase));

    /// <summary>Keeps a whole answer, unless its first line is JSON by itself: servers give lines the type of whole JSON, too.</summary>
    private ReadOnlySpan<byte> Keep(ReadOnlySpan<byte> bytes)
    {
        var end = _mayBeLine ? bytes.IndexOfAny((byte)'\n', (byte)'\r') : -1;
        var piece = end < 0 ? bytes : bytes[..end];
        if (_begun.WrittenCount + piece.Length > MaxWhole)
        {
            _begun.Write(piece[..(MaxWhole - _begun.WrittenCount)]);
            TryTake(CutJson.Close(_begun.WrittenSpan), isNamed: false);
            _form = Form.Unread;
            return [];
        }

        _begun.Write(piece);
        if (end < 0) return [];
        _mayBeLine = false;
        if (TryTake(_begun.WrittenMemory, isNamed: false))
        {
            _begun.ResetWrittenCount();
            _form = Form.Lines;
        }

        return bytes[end..];
    }

    private ReadOnlySpan<byte> AddToLine(ReadOnlySpan<byte> bytes)
    {
        if (_afterReturn && bytes[0] == '\n') bytes = bytes[1..];
        _afterReturn = false;
        var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
        if (end < 0)
        {
            _begun.Write(bytes);
            return [];
        }

        _begun.Write(bytes[..end]);
        TakeLine();
        _afterReturn = bytes[end] == '\r';
        return bytes[(end + 1)..];
    }

    /// <summary>Takes in once more, line by line, what has turned out to be no JSON as a whole.</summary>
    private void AddByLines()
    {
        var all = _begun.WrittenSpan.ToArray();
        _begun.ResetWrittenCount();
        _form = Form.Events;
        Add(all);
    }

    private void TakeLine()
    {
        var line = _begun.WrittenMemory;
        if (line.IsEmpty) Dispatch();
        else if (_form == Form.Lines || line.Span[0] is (byte)'{' or (byte)'[') TryTake(line, isNamed: false);
        else TakeField(line.Span);
        _begun.ResetWrittenCount();
    }

    private void TakeField(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        var name = colon < 0 ? line : line[..colon];
        var value = colon < 0 ? default : line[(colon + 1)..];
        if (value is [(byte)' ', ..]) value = value[1..];
        if (name.SequenceEqual("event"u8)) _isNamedError = value.SequenceEqual("error"u8);
        if (!name.SequenceEqual("data"u8)) return;
        if (_data.WrittenCount > 0) _data.Write("\n"u8);
        _data.Write(value);
    }

    private void Dispatch()
    {
        var (data, isNamed) = (_data.WrittenMemory, _isNamedError);
        if (!data.IsEmpty || isNamed)
        {
            if (!TryTake(data, isNamed) && isNamed) Error ??= new ResponseFacts { Status = status, Header = header };
        }

        _data.ResetWrittenCount();
        _isNamedError = false;
    }

    /// <summary>Takes one piece of JSON; false where it is none.</summary>
    private bool TryTake(ReadOnlyMemory<byte> json, bool isNamed)
    {
        try
        {
            using var document = JsonDocument.Parse(ErrorBody.WithoutMark(json));
            Error ??= ErrorBody.Within(status, document.RootElement, isNamed, header);
            Life.See(document.RootElement);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            return true; // JSON, whose text is not Unicode
        }
    }
}

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
