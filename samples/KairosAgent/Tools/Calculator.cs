using System.ComponentModel;
using System.Globalization;
using Kairos;

namespace KairosAgent.Tools;

/// <summary>The tool that calculates. What has no value is the model's fault, and not the tool's.</summary>
internal static class Calculator
{
    [Idempotent]
    [Description("Calculates an arithmetic expression of numbers, + - * / % ^ and parentheses.")]
    public static string Calculate([Description("The expression, for example 2*(3+4).")] string expression)
    {
        try
        {
            return $"{expression.Trim()} = {Arithmetic.ValueOf(expression).ToString("0.############################", CultureInfo.InvariantCulture)}";
        }
        catch (FormatException exception)
        {
            throw Wrong(exception.Message);
        }
        catch (DivideByZeroException)
        {
            throw Wrong("it divides by zero.");
        }
        catch (OverflowException)
        {
            throw Wrong("a number is too large.");
        }

        WrongArgumentException Wrong(string why) => new($"'{Shorten(expression)}' cannot be calculated: {why}");
    }

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
