namespace Kairos.Host.Configuration;

/// <summary>
/// Checks the structure of a HOCON text, because the parser takes unclosed brackets, unterminated strings, stray braces and lines without a
/// value in silence. It knows strings, comments, substitutions, objects and lists, and leaves the rest to the parser.
/// </summary>
internal sealed class HoconStructure
{
    /// <summary>One fault, with the line it is in.</summary>
    public readonly record struct Fault(int Line, string Message);

    private enum Place
    {
        Key,
        Value,
        List,
    }

    private readonly string _text;
    private readonly List<Fault> _faults = [];
    private readonly Stack<(Place Place, int Line, char Bracket)> _open = new();
    private Place _place = Place.Key;
    private int _position;
    private int _line = 1;
    private int _start;          // where the current key or value begins
    private bool _hasContent;    // whether anything has been written since

    private HoconStructure(string text) => _text = text;

    /// <summary>All faults found; empty for a well-formed text.</summary>
    public static IReadOnlyList<Fault> Check(string text)
    {
        var check = new HoconStructure(text);
        while (check._position < text.Length && check._faults.Count == 0) check.Step();
        if (check._faults.Count == 0) check.End();
        return check._faults;
    }

    private void Step()
    {
        var c = _text[_position];
        if (c == '#' || Is("//")) SkipLine();
        else if (Is("\"\"\"")) SkipUntil("\"\"\"", 3, "a string in three quotes is not closed");
        else if (c == '"') SkipString();
        else if (Is("${")) SkipUntil("}", 2, "a substitution is not closed");
        else if (c == '{' || c == '[') Open(c);
        else if (c == '}' || c == ']') Close(c);
        else if (c is '\n' or ',') EndOfEntry(c);
        else if (_place == Place.Key && (c is '=' or ':' || Is("+="))) Separator(c);
        else Plain(c);
    }

    private void Plain(char c)
    {
        if (!char.IsWhiteSpace(c))
        {
            if (!_hasContent) _start = _position;
            _hasContent = true;
        }

        _position++;
    }

    private void Separator(char c)
    {
        if (!_hasContent) Report("a value without a key");
        _place = Place.Value;
        _hasContent = false;
        _position += c == '+' ? 2 : 1;
    }

    private void Open(char c)
    {
        if (_place == Place.Key && c == '[') Report("a list without a key");
        if (_place == Place.Key && !_hasContent && _open.Count > 0) Report("a section without a key");
        _open.Push((_place == Place.Key ? Place.Value : _place, _line, c));
        _place = c == '{' ? Place.Key : Place.List;
        _hasContent = false;
        _position++;
    }

    private void Close(char c)
    {
        if (_place == Place.Key && _hasContent) ReportNoValue();
        if (_place == Place.Value && !_hasContent) Report("a key has no value");
        if (_open.Count == 0 || _open.Peek().Bracket != (c == '}' ? '{' : '['))
        {
            Report($"'{c}' closes nothing");
            return;
        }

        _place = _open.Pop().Place;
        _hasContent = true;
        _position++;
    }

    private void EndOfEntry(char c)
    {
        if (_place == Place.Key && _hasContent) ReportNoValue();
        if (_place == Place.Value && (_hasContent || c == ','))
        {
            if (!_hasContent) Report("a key has no value");
            _place = Place.Key;
            _hasContent = false;
        }

        if (c == '\n') _line++;
        _position++;
    }

    private void SkipLine()
    {
        var end = _text.IndexOf('\n', _position);
        _position = end < 0 ? _text.Length : end;
    }

    private void SkipUntil(string end, int from, string fault)
    {
        if (!_hasContent) _start = _position;
        _hasContent = true;
        var found = _text.IndexOf(end, _position + from, StringComparison.Ordinal);
        if (found < 0)
        {
            Report(fault);
            return;
        }

        _line += _text.AsSpan(_position, found - _position).Count('\n');
        _position = found + end.Length;
    }

    private void SkipString()
    {
        if (!_hasContent) _start = _position;
        _hasContent = true;
        for (_position++; _position < _text.Length && _text[_position] != '\n'; _position++)
        {
            if (_text[_position] == '\\') _position++;
            else if (_text[_position] == '"')
            {
                _position++;
                return;
            }
        }

        Report("a string is not closed");
    }

    private void End()
    {
        if (_place == Place.Key && _hasContent) ReportNoValue();
        else if (_place == Place.Value && !_hasContent) Report("a key has no value");
        else if (_open.Count > 0) _faults.Add(new Fault(_open.Peek().Line, $"'{_open.Peek().Bracket}' is not closed"));
    }

    private bool Is(string what) => string.CompareOrdinal(_text, _position, what, 0, what.Length) == 0;

    private string Written()
    {
        var text = _text[_start.._position].Trim();
        return text.Length <= 40 ? text : text[..40] + "…";
    }

    private void ReportNoValue() => Report(
        Written().StartsWith("include", StringComparison.Ordinal) ? "include is not supported" : $"'{Written()}' has no value");

    private void Report(string message) => _faults.Add(new Fault(_line, message));
}
