using System.Globalization;

namespace Kairos.Host.Chat.Tools;

/// <summary>
/// The value of an arithmetic expression, by recursive descent over decimals. <c>^</c> binds before a sign and to the right, as in
/// mathematics: -2^2 is -4.
/// </summary>
internal sealed class Arithmetic
{
    private const int MaxLength = 1000;
    private const int MaxDepth = 100;
    private const int MaxPower = 1000;

    private readonly string _text;
    private int _position;
    private int _depth;

    public Arithmetic(string text)
    {
        if (text.Length > MaxLength) throw new FormatException($"it is longer than {MaxLength} letters.");
        _text = text;
    }

    /// <exception cref="FormatException">It is no expression; the message says why.</exception>
    /// <exception cref="OverflowException">A number is too large.</exception>
    /// <exception cref="DivideByZeroException">It divides by zero.</exception>
    public decimal Value()
    {
        var value = Sum();
        return Next() == '\0' ? value : throw Unexpected();
    }

    private decimal Sum()
    {
        var value = Product();
        while (true)
        {
            if (Take('+')) value += Product();
            else if (Take('-')) value -= Product();
            else return value;
        }
    }

    private decimal Product()
    {
        var value = Signed();
        while (true)
        {
            if (Take('*') || Take('×')) value *= Signed();
            else if (Take('/') || Take('÷')) value /= Signed();
            else if (Take('%')) value %= Signed();
            else return value;
        }
    }

    private decimal Signed()
    {
        if (++_depth > MaxDepth) throw new FormatException("it is nested too deeply.");
        var value = Take('-') ? -Signed() : Take('+') ? Signed() : Power();
        _depth--;
        return value;
    }

    private decimal Power()
    {
        var value = Atom();
        if (!Take('^')) return value;
        var power = Signed();
        if (power != decimal.Truncate(power) || Math.Abs(power) > MaxPower) throw new FormatException($"powers are whole numbers up to {MaxPower}.");
        var result = 1m;
        for (var i = 0; i < Math.Abs(power); i++) result *= value;
        return power < 0 ? 1 / result : result;
    }

    private decimal Atom()
    {
        if (Take('('))
        {
            var value = Sum();
            return Take(')') ? value : throw Unexpected();
        }

        _ = Next();
        var start = _position;
        while (_position < _text.Length && (char.IsAsciiDigit(_text[_position]) || _text[_position] == '.')) _position++;
        var digits = _text.AsSpan(start, _position - start);
        if (digits.Length > 0 && !digits.ContainsAnyExceptInRange('0', '9')) return decimal.Parse(digits, CultureInfo.InvariantCulture);
        if (decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return number;
        _position = start;
        throw Unexpected();
    }

    private bool Take(char expected)
    {
        if (Next() != expected) return false;
        _position++;
        return true;
    }

    private char Next()
    {
        while (_position < _text.Length && char.IsWhiteSpace(_text[_position])) _position++;
        return _position < _text.Length ? _text[_position] : '\0';
    }

    private FormatException Unexpected() => new(Next() == '\0' ? "it ends too early." : $"'{Next()}' is not expected at position {_position + 1}.");
}
