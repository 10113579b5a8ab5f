using Kairos.Host.Chat.Tools;

namespace Kairos.Host.Tests.Chat;

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
    public void Values_are_those_of_mathematics(string expression, string value) =>
        Assert.Equal($"{expression.Trim()} = {value}", Calculator.Calculate(expression));

    [Theory]
    [InlineData("", "it ends too early.")]
    [InlineData("2*(3+4", "it ends too early.")]
    [InlineData("2 apples", "'a' is not expected at position 3.")]
    [InlineData("1.2.3", "'1' is not expected at position 1.")]
    [InlineData("1/0", "it divides by zero.")]
    [InlineData("9^999", "a number is too large.")]
    [InlineData("99999999999999999999999999999999", "a number is too large.")]
    [InlineData("2^1001", "powers are whole numbers up to 1000.")]
    public void What_has_no_value_is_told_in_words(string expression, string words) =>
        Assert.Equal($"'{expression}' cannot be calculated: {words}", Calculator.Calculate(expression));

    [Fact]
    public void Neither_depth_nor_length_brings_it_down()
    {
        Assert.EndsWith("it is nested too deeply.", Calculator.Calculate(new string('(', 900)), StringComparison.Ordinal);
        Assert.EndsWith("it is longer than 1000 letters.", Calculator.Calculate(new string('1', 100_000)), StringComparison.Ordinal);
        Assert.Equal($"{new string('(', 90)}1{new string(')', 90)} = 1", Calculator.Calculate(new string('(', 90) + "1" + new string(')', 90)));
    }
}
