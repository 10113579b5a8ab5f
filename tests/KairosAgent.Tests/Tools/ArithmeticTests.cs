using Kairos;
using KairosAgent.Tools;

namespace KairosAgent.Tests.Tools;

public sealed class ArithmeticTests
{
    [Theory]
    [InlineData("2*(3+4)", "14")]
    [InlineData(" 1 + 2 * 3 ", "7")]
    [InlineData("10-2-3", "5")]
    [InlineData("100/10/2", "5")]
    [InlineData("0.1+0.2", "0.3")]
    [InlineData("-2^2", "-4")]
    [InlineData("2^3^2", "512")]
    [InlineData("2^-2", "0.25")]
    [InlineData("7%4*2", "6")]
    [InlineData("--3", "3")]
    [InlineData("6×7÷2", "21")]
    [InlineData("2^-3^2", "0.001953125")]
    [InlineData("2 ^ - 2", "0.25")]
    [InlineData("(-3)^2", "9")]
    [InlineData("2*-3^2", "-18")]
    [InlineData("1/3*3", "0.9999999999999999999999999999")]
    [InlineData("12345678901234567890+1", "12345678901234567891")]
    [InlineData("1.5e3", "1500")]
    [InlineData("2147483647+1", "2147483648")]
    public void Values_are_those_of_mathematics(string expression, string value) =>
        Assert.Equal($"{expression.Trim()} = {value}", Calculator.Calculate(expression));

    [Theory]
    [InlineData("", "it is no arithmetic expression.")]
    [InlineData("2*(3+4", "its parentheses do not match.")]
    [InlineData("2)*(3", "its parentheses do not match.")]
    [InlineData("2 apples", "it is no arithmetic expression.")]
    [InlineData("1.2.3", "it is no arithmetic expression.")]
    [InlineData("6/*x*/2", "it is no arithmetic expression.")]
    [InlineData("2 // x", "it is no arithmetic expression.")]
    [InlineData("Abs(-3)", "it holds a function.")]
    [InlineData("Pow(9,999999999)", "it holds a function.")]
    [InlineData("x + 1", "it holds a name.")]
    [InlineData("[x]", "it holds a name.")]
    [InlineData("(1,2)", "it holds a list.")]
    [InlineData("1 ? 2 : 3", "it holds a choice.")]
    [InlineData("'a'", "it holds what is no number of at most 28 digits.")]
    [InlineData("true", "it holds what is no number of at most 28 digits.")]
    [InlineData("1e400", "it holds what is no number of at most 28 digits.")]
    [InlineData("170!", "it holds an operator other than + - * / % ^.")]
    [InlineData("1 << 40", "it holds an operator other than + - * / % ^.")]
    [InlineData("2 > 1", "it holds an operator other than + - * / % ^.")]
    [InlineData("2^3000000000", "powers are whole numbers up to 1000.")]
    [InlineData("2^0.5", "powers are whole numbers up to 1000.")]
    [InlineData("2^2^2^2^2^2^2", "powers are whole numbers up to 1000.")]
    [InlineData("0^-1", "it divides by zero.")]
    [InlineData("5%0", "it divides by zero.")]
    [InlineData("1/0", "it divides by zero.")]
    [InlineData("9^999", "a number is too large.")]
    [InlineData("99999999999999999999999999999999", "it holds what is no number of at most 28 digits.")]
    [InlineData("9999999999999999999999999999*9", "a number is too large.")]
    [InlineData("2^1001", "powers are whole numbers up to 1000.")]
    public void What_has_no_value_is_told_in_words(string expression, string words) =>
        Assert.Equal($"'{expression}' cannot be calculated: {words}", WordsOf(expression));

    [Fact]
    public async Task Neither_depth_nor_length_brings_it_down()
    {
        // On a thread of the pool, where tools run.
        await Task.Run(() =>
        {
            Assert.EndsWith("it is longer than 1000 letters.", WordsOf(new string('1', 100_000)), StringComparison.Ordinal);
            Assert.All(
                new[] { new string('(', 900), new string('(', 40) + "1 x" + new string(')', 40), new string('[', 900), new string('!', 999) + "1", string.Concat(Enumerable.Repeat("a(", 400)), string.Concat(Enumerable.Repeat("1?", 450)) },
                text => Assert.Contains(" cannot be calculated: ", WordsOf(text), StringComparison.Ordinal));
            Assert.EndsWith(" = 1", Calculator.Calculate(new string('(', 90) + "1" + new string(')', 90)), StringComparison.Ordinal);
            Assert.EndsWith(" = 1", Calculator.Calculate(new string('-', 998) + "1"), StringComparison.Ordinal);
            Assert.EndsWith(" = 500", Calculator.Calculate(string.Join('+', Enumerable.Repeat("1", 500))), StringComparison.Ordinal);
            Assert.EndsWith(" = 1", Calculator.Calculate(string.Join('^', Enumerable.Repeat("1", 500))), StringComparison.Ordinal);
        });
    }

    private static string WordsOf(string expression)
    {
        var exception = Assert.Throws<WrongArgumentException>(() => Calculator.Calculate(expression));
        Assert.Equal(ErrorCode.InvalidInput, exception.Error.Code);
        return exception.Words;
    }
}
