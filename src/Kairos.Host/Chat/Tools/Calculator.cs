using System.ComponentModel;
using System.Globalization;
using Kairos.Extensions.AI;

namespace Kairos.Host.Chat.Tools;

/// <summary>The tool that calculates. What is no expression is told in words: that is the model's fault, and not the tool's.</summary>
internal static class Calculator
{
    public const string Name = "calculator";

    [Idempotent]
    [Description("Calculates an arithmetic expression of numbers, + - * / % ^ and parentheses.")]
    public static string Calculate([Description("The expression, for example 2*(3+4).")] string expression)
    {
        try
        {
            return $"{expression.Trim()} = {new Arithmetic(expression).Value().ToString("0.############################", CultureInfo.InvariantCulture)}";
        }
        catch (FormatException exception)
        {
            return $"'{Shorten(expression)}' cannot be calculated: {exception.Message}";
        }
        catch (DivideByZeroException)
        {
            return $"'{Shorten(expression)}' cannot be calculated: it divides by zero.";
        }
        catch (OverflowException)
        {
            return $"'{Shorten(expression)}' cannot be calculated: a number is too large.";
        }
    }

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
