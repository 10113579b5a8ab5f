using Kairos.Telemetry.Otlp;

namespace Kairos.Telemetry.Tests.Otlp;

public sealed class OtlpHeadersTests
{
    [Theory]
    [InlineData("", "", "", "")]
    [InlineData("a=b,c=d", "", "", "a=b,c=d")]
    [InlineData("", "somebody", "secret", "Authorization=Basic c29tZWJvZHk6c2VjcmV0")]
    [InlineData("a=b", "somebody", "secret", "a=b,Authorization=Basic c29tZWJvZHk6c2VjcmV0")]
    [InlineData("", "", "secret", "Authorization=Basic OnNlY3JldA==")]
    public void User_and_token_become_basic_authentication(string headers, string user, string token, string sent) =>
        Assert.Equal(sent, OtlpHeaders.For(new OtlpOptions { Headers = headers, User = user, Token = token }));

    [Theory]
    [InlineData("a=b", true)]
    [InlineData("a=b, x-tenant=c=d", true)]
    [InlineData("a=", true)]
    [InlineData("a", false)]
    [InlineData("=b", false)]
    [InlineData("a b=c", false)]
    [InlineData("a=b,", false)]
    [InlineData("a=b\nc=d", false)]
    public void Headers_are_pairs(string headers, bool areWellFormed) => Assert.Equal(areWellFormed, NamedValues.AreWellFormed(headers));
}
