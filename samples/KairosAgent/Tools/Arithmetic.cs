using System.Globalization;
using System.Text.RegularExpressions;
using NCalc;
using NCalc.Exceptions;
using NCalc.Visitors;

namespace KairosAgent.Tools;

/// <summary>
/// The value of an arithmetic expression over decimals. NCalc reads it; here it is calculated, because NCalc's own evaluation knows functions and
/// dates, mixes integers, doubles and decimals, and takes hours for a power that is large enough. Whatever is not arithmetic is refused; the time for
/// reading is bounded, and so is each of the few hundred operations that a text can hold.
/// </summary>
internal sealed partial class Arithmetic : ILogicalExpressionVisitor<decimal>
{
    private const int MaxLength = 1000;
    private const int MaxPower = 1000;
    private static readonly TimeSpan ReadingLimit = TimeSpan.FromSeconds(1);

    private static readonly LogicalExpressionParserOptions Numbers = new()
    {
        FloatingPointNumberType = FloatingPointNumberType.Decimal,
        IntegerNumberType = IntegerNumberType.Int64,
    };

    private Arithmetic()
    {
    }

    /// <exception cref="FormatException">It is no arithmetic expression, or too long.</exception>
    /// <exception cref="OverflowException">A number is too large.</exception>
    /// <exception cref="DivideByZeroException">It divides by zero.</exception>
    public static decimal ValueOf(string text)
    {
        if (text.Length > MaxLength) throw new FormatException($"it is longer than {MaxLength} letters.");
        if (!IsBalanced(text)) throw new FormatException("its parentheses do not match.");
        return Parse(PowerSign().Replace(text, "**$1").Replace('×', '*').Replace('÷', '/')).Accept(new Arithmetic());
    }

    public decimal Visit(ValueExpression expression) => expression.Value switch
    {
        long whole => whole,
        int whole => whole,
        decimal number => number,
        _ => throw Foreign("what is no number of at most 28 digits"),
    };

    public decimal Visit(UnaryExpression expression) => expression.Type switch
    {
        UnaryExpressionType.Negate => -Of(expression.Expression),
        UnaryExpressionType.Positive => Of(expression.Expression),
        _ => throw Foreign("an operator other than + - * / % ^"),
    };

    public decimal Visit(BinaryExpression expression)
    {
        if (expression.Type == BinaryExpressionType.Exponentiation) return Power(Of(expression.LeftExpression), Exponent(expression.RightExpression));
        var (left, right) = (Of(expression.LeftExpression), Of(expression.RightExpression));
        return expression.Type switch
        {
            BinaryExpressionType.Plus => left + right,
            BinaryExpressionType.Minus => left - right,
            BinaryExpressionType.Times => left * right,
            BinaryExpressionType.Div => left / right,
            BinaryExpressionType.Modulo => left % right,
            _ => throw Foreign("an operator other than + - * / % ^"),
        };
    }

    public decimal Visit(Function expression) => throw Foreign("a function");

    public decimal Visit(Identifier identifier) => throw Foreign("a name");

    public decimal Visit(TernaryExpression expression) => throw Foreign("a choice");

    public decimal Visit(LogicalExpressionList list) => throw Foreign("a list");

    /// <summary>NCalc takes a sign behind a power for a part of the number alone; it belongs to what comes after it: 2^-3^2 is 2^-(3^2).</summary>
    private decimal Exponent(LogicalExpression expression) =>
        expression is BinaryExpression { Type: BinaryExpressionType.Exponentiation, LeftExpression: ValueExpression number } power && Visit(number) < 0
            ? -Power(-Visit(number), Exponent(power.RightExpression))
            : Of(expression);

    private static decimal Power(decimal value, decimal power)
    {
        if (power != decimal.Truncate(power) || Math.Abs(power) > MaxPower) throw new FormatException($"powers are whole numbers up to {MaxPower}.");
        var result = 1m;
        for (var i = 0; i < Math.Abs(power); i++) result *= value;
        return power < 0 ? 1 / result : result;
    }

    private static bool IsBalanced(string text)
    {
        var depth = 0;
        foreach (var letter in text)
        {
            depth += letter == '(' ? 1 : letter == ')' ? -1 : 0;
            if (depth < 0) return false;
        }

        return depth == 0;
    }

    /// <summary>NCalc tries all ways to read a parenthesis that is not closed, or that holds what cannot be read, and they double with each.</summary>
    private static LogicalExpression Parse(string text)
    {
        using var limit = new CancellationTokenSource(ReadingLimit, TimeProvider.System);
        try
        {
            return LogicalExpressionParser.Parse(text, Numbers, CultureInfo.InvariantCulture, limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new FormatException("it takes too long to read.");
        }
        catch (Exception exception) when (exception is NCalcException or InvalidOperationException or ArgumentException or FormatException)
        {
            throw new FormatException("it is no arithmetic expression.");
        }
    }

    private static FormatException Foreign(string what) => new($"it holds {what}.");

    private decimal Of(LogicalExpression expression) => expression.Accept(this);

    [GeneratedRegex(@"\s*\^\s*([-+]?)\s*", RegexOptions.NonBacktracking)]
    private static partial Regex PowerSign();
}
