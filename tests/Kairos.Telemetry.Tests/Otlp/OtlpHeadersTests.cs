using Kairos.Telemetry.Otlp;

namespace Kairos.Telemetry.Tests.Otlp;

public sealed class OtlpHeadersTests
{
    [Theory]
    [InlineData("", "", "", "")]
    [InlineData("a=b,c=d", "", "", "a: b|c: d")]
    [InlineData("", "somebody", "secret", "Authorization: Basic c29tZWJvZHk6c2VjcmV0")]
    [InlineData("a=b", "somebody", "secret", "a: b|Authorization: Basic c29tZWJvZHk6c2VjcmV0")]
    [InlineData("", "", "secret", "Authorization: Basic OnNlY3JldA==")]
    public void User_and_token_become_basic_authentication(string headers, string user, string token, string sent) =>
        Assert.Equal(sent, Sent(new OtlpOptions { Headers = headers, User = user, Token = token }));

    [Theory]
    [InlineData("X-Scope=a%2Cb, c=d", "X-Scope: a,b|c: d")]
    [InlineData("a=%20b%3D%25", "a:  b=%")]
    [InlineData("a=100%", "a: 100%")] // no code of anything
    public void Values_are_percent_encoded(string headers, string sent) => Assert.Equal(sent, Sent(new OtlpOptions { Headers = headers }));

    [Theory]
    [InlineData("a=b%2Cc", true)]
    [InlineData("a=b%09c", true)]
    [InlineData("a=b%0Ac", false)]
    [InlineData("a=b%0d%0aX-Other: c", false)]
    [InlineData("a=%00", false)]
    [InlineData("a=%C3%A9", false)] // é: HTTP's headers have no such letters
    [InlineData("a=é", false)]
    [InlineData("a=b%7F", false)]
    [InlineData("content-type=text/plain", false)] // the content's own, which the exporter sets
    [InlineData("a", false)]
    public void What_a_header_cannot_carry_is_found(string headers, bool areCarried) => Assert.Equal(areCarried, OtlpHeaders.AreCarried(headers));

    private static string Sent(OtlpOptions options) => string.Join('|', OtlpHeaders.For(options).Select(header => $"{header.Key}: {header.Value}"));

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
