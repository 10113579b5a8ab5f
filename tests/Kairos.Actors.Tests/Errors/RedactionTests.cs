using System.Text;
using Kairos.Errors;

namespace Kairos.Tests.Errors;

public sealed class RedactionTests
{
    [Theory]
    [InlineData("Incorrect API key provided: sk-proj-abcdefghijklmnop1234.", "Incorrect API key provided: ***")]
    [InlineData("Incorrect API key provided: sk-abcd*****************wxyz", "Incorrect API key provided: ***")]
    [InlineData("Authorization: Bearer eyJhbGciOi.J9.abc-_=", "Authorization: Bearer ***")]
    [InlineData("sent basic c29tZWJvZHk6c2VjcmV0", "sent basic ***")]
    [InlineData("GET https://user:hunter2@host/path failed", "GET https://***@host/path failed")]
    [InlineData("POST https://host/v1?api_key=abc123&x=1", "POST https://host/v1?api_key=***&x=1")]
    [InlineData("{\"api-key\": \"abc123\", \"model\": \"m\"}", "{\"api-key\": \"***\", \"model\": \"m\"}")]
    [InlineData("{\\\"access_token\\\":\\\"abc123\\\"}", "{\\\"access_token\\\":\\\"***\\\"}")]
    [InlineData("x-api-key: abc123", "x-api-key: ***")]
    [InlineData("OPENAI_API_KEY=abc123", "OPENAI_API_KEY=***")]
    [InlineData("Password=hunter2;Server=db", "Password=***;Server=db")]
    [InlineData("token ghp_abcdefghijklmnop1234", "token ***")]
    [InlineData("key AKIAIOSFODNN7EXAMPLE", "key ***")]
    public void What_looks_like_a_secret_is_taken_out(string text, string redacted) => Assert.Equal(redacted, Redaction.Of(text));

    [Theory]
    [InlineData("no answer in 100 s")]
    [InlineData("the token limit of 4096 is exceeded")]
    [InlineData("basic authentication is required")]
    [InlineData("a risk-based decision was made")]
    [InlineData("maximum context length is 8192 tokens")]
    [InlineData("https://host/path@version")]
    [InlineData("")]
    public void What_does_not_stays(string text) => Assert.Equal(text, Redaction.Of(text));

    [Fact]
    public void A_hostile_text_costs_little()
    {
        var text = new StringBuilder();
        while (text.Length < KairosError.MaxMessageLength) text.Append("a-api_key-token_");

        Assert.NotEmpty(Redaction.Of(text.ToString()));
    }
}
