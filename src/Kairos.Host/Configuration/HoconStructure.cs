using System.Buffers;
using System.Text;

namespace Kairos.Host.Configuration;

/// <summary>
/// Checks the structure of a HOCON text, because the parser takes unclosed brackets, unterminated strings, stray braces and lines without a
/// value in silence, says of other faults neither where nor what, and does not come back from sections that are nested very deeply or
/// substitutions that contain themselves. It knows strings, comments, objects and lists, and leaves the rest to the parser.
/// </summary>
internal sealed class HoconStructure
{
    /// <summary>One fault, with the line it is in.</summary>
    public readonly record struct Problem(int Line, string Message);

    private enum Context
    {
        Key,
        Value,
        List,
    }

    private const int MaxDepth = 64;
    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdefABCDEF");

    private readonly string _text;
    private readonly StringBuilder _readable;
    private readonly List<Problem> _problems = [];
    private readonly Stack<(Context Context, int Line, char Bracket)> _open = new();
    private Context _context = Context.Key;
    private int _position;
    private int _line = 1;
    private int _start;          // where the current key or value begins
    private bool _hasContent;    // whether anything has been written since
    private bool _isAfterComma;  // whether what may be a key is perhaps the rest of a value
    private bool _isAfterSection;

    private HoconStructure(string text) => (_text, _readable) = (text, new StringBuilder(text));

    /// <summary>All faults found; empty for a well-formed text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="readable">The text as the parser can read it: without the commas behind sections, which it does not know.</param>
    public static IReadOnlyList<Problem> Check(string text, out string readable)
    {
        var check = new HoconStructure(text);
        while (check._position < text.Length && check._problems.Count == 0) check.Step();
        if (check._problems.Count == 0) check.End();
        readable = check._readable.ToString();
        return check._problems;
    }

    private void Step()
    {
        var c = _text[_position];
        if (c == '#' || Is("//")) SkipLine();
        else if (Is("\"\"\"")) SkipUntil("\"\"\"", 3, "a string in three quotes is not closed");
        else if (c == '"') SkipString();
        else if (Is("${")) Report("substitutions are not supported; write the value itself, or set its variable");
        else if (c == '{' || c == '[') Open(c);
        else if (c == '}' || c == ']') Close(c);
        else if (c is '\n' or ',') EndOfEntry(c);
        else if (_context == Context.Key && Is("+=")) Report("'+=' is not supported");
        else if (_context == Context.Key && c is '=' or ':') Separator();
        else if (c is '=' or ':') Report($"a value that holds '{c}' must stand in quotes");
        else Plain(c);
    }

    private void Plain(char c)
    {
        if (!char.IsWhiteSpace(c)) Begin();
        _position++;
    }

    private void Separator()
    {
        if (!_hasContent) Report("a value without a key");
        CheckKey();
        _context = Context.Value;
        _hasContent = false;
        _position++;
    }

    private void CheckKey()
    {
        if (_hasContent && _text.AsSpan(_start, _position - _start).Count('.') > MaxDepth) Report("a key has too many parts");
    }

    private void Open(char c)
    {
        if (_context == Context.Key && c == '[') Report("a list without a key");
        if (_context == Context.Key && !_hasContent && _open.Count > 0) Report("a section without a key");
        if (_context == Context.Key) CheckKey();
        if (_open.Count >= MaxDepth) Report("sections are nested too deeply");
        _open.Push((_context, _line, c));
        _context = c == '{' ? Context.Key : Context.List;
        _hasContent = _isAfterComma = _isAfterSection = false;
        _position++;
    }

    private void Close(char c)
    {
        if (_context == Context.Key && _hasContent) ReportNoValue();
        if (_context == Context.Value && !_hasContent) Report("a key has no value");
        if (_open.Count == 0 || _open.Peek().Bracket != (c == '}' ? '{' : '['))
        {
            Report($"'{c}' closes nothing");
            return;
        }

        _context = _open.Pop().Context;
        _isAfterSection = _context == Context.Key;
        _hasContent = !_isAfterSection;
        _position++;
    }

    private void EndOfEntry(char c)
    {
        if (_context == Context.Key && _hasContent) ReportNoValue();
        if (_context == Context.Key && c == ',') EndSection();
        if (_context == Context.Value && (_hasContent || c == ','))
        {
            if (!_hasContent) Report("a key has no value");
            _context = Context.Key;
            _hasContent = false;
        }

        _isAfterComma = c == ',';
        if (c == '\n') _line++;
        _position++;
    }

    private void EndSection()
    {
        if (!_isAfterSection) Report("a comma that ends nothing");
        _isAfterSection = false;
        _readable[_position] = ' ';
    }

    private void Begin()
    {
        if (!_hasContent) _start = _position;
        _hasContent = true;
        _isAfterSection = false;
    }

    private void SkipLine()
    {
        var end = _text.IndexOf('\n', _position);
        _position = end < 0 ? _text.Length : end;
    }

    private void SkipUntil(string end, int from, string fault)
    {
        Begin();
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
        Begin();
        for (_position++; _position < _text.Length && _text[_position] != '\n'; _position++)
        {
            if (_text[_position] == '\\') SkipEscape();
            else if (_text[_position] == '"')
            {
                _position++;
                return;
            }
        }

        Report("a string is not closed");
    }

    /// <summary>The parser takes no others, and does not say where one is.</summary>
    private void SkipEscape()
    {
        if (_position + 1 >= _text.Length || _text[_position + 1] == '\n') return; // the string ends there
        var escaped = _text[++_position];
        var isUnicode = escaped == 'u' && _position + 4 < _text.Length && _text.AsSpan(_position + 1, 4).IndexOfAnyExcept(Hexadecimal) < 0;
        if (!isUnicode && !"\"\\/bfnrt".Contains(escaped)) Report("an unknown escape sequence in a string; a backslash is written \\\\");
    }

    private void End()
    {
        if (_context == Context.Key && _hasContent) ReportNoValue();
        else if (_context == Context.Value && !_hasContent) Report("a key has no value");
        else if (_open.Count > 0) _problems.Add(new Problem(_open.Peek().Line, $"'{_open.Peek().Bracket}' is not closed"));
    }

    private bool Is(string what) => string.CompareOrdinal(_text, _position, what, 0, what.Length) == 0;

    // What is written there is not repeated: it may be a secret, behind a comma or where the equals sign was forgotten.
    private void ReportNoValue() => Report(
        _isAfterComma ? "what follows a comma has no value; a value that holds a comma must stand in quotes"
        : _text.AsSpan(_start, _position - _start).StartsWith("include") ? "include is not supported"
        : "what stands here has no value; a value stands behind '='");

    private void Report(string message) => _problems.Add(new Problem(_line, message));
}
