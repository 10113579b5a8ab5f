namespace Kairos.Tests.Errors;

public class WireNameTests
{
    [Fact]
    public void Codes_have_the_nine_names() => Assert.Equal(
        [
            "llm_error", "timeout", "rate_limit", "tool_failure", "memory_error", "internal_error", "not_found", "unauthorized",
            "invalid_input",
        ],
        Enum.GetValues<ErrorCode>().Select(code => code.ToWireName()));

    [Fact]
    public void Verdicts_have_the_four_names() =>
        Assert.Equal(["count", "trip", "gate", "ignore"], Enum.GetValues<Verdict>().Select(verdict => verdict.ToWireName()));

    [Fact]
    public void Every_name_leads_back_to_its_value()
    {
        Assert.All(Enum.GetValues<ErrorCode>(), code => Assert.True(ErrorCodeNames.TryParse(code.ToWireName(), out var read) && read == code));
        Assert.All(Enum.GetValues<Verdict>(), verdict => Assert.True(Verdicts.TryParse(verdict.ToWireName(), out var read) && read == verdict));
        Assert.All(Enum.GetValues<ComponentHealth>(), status =>
            Assert.True(HealthNames.TryParse(status.ToWireName(), out var read) && read == status));
    }

    [Fact]
    public void All_names_are_listed_in_the_order_of_their_values()
    {
        Assert.Equal(Enum.GetValues<ErrorCode>().Select(code => code.ToWireName()), ErrorCodeNames.All);
        Assert.Equal(Enum.GetValues<Verdict>().Select(verdict => verdict.ToWireName()), Verdicts.All);
        Assert.Equal(Enum.GetValues<ComponentHealth>().Select(status => status.ToWireName()), HealthNames.All);
        Assert.Equal(ErrorCodeNames.Count, ErrorCodeNames.All.Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("TIMEOUT")]
    [InlineData("Timeout")]
    [InlineData(" timeout")]
    [InlineData("timeout ")]
    [InlineData("1")]
    [InlineData("COUNT")]
    [InlineData("Healthy")]
    public void What_is_no_name_is_not_taken_for_one(string? name)
    {
        Assert.False(ErrorCodeNames.TryParse(name, out _));
        Assert.False(Verdicts.TryParse(name, out _));
        Assert.False(HealthNames.TryParse(name, out _));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(9)]
    [InlineData(int.MaxValue)]
    public void What_is_no_value_has_no_name(int value)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ((ErrorCode)value).ToWireName());
        Assert.Throws<ArgumentOutOfRangeException>(() => ((Verdict)value).ToWireName());
        Assert.Throws<ArgumentOutOfRangeException>(() => ((ComponentHealth)value).ToWireName());
    }
}
