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
    [InlineData("POST https://host/v1?api_key=abc123&x=1", "POST https://host/v1?api_key=***&x=***")]
    [InlineData("GET https://user:p@ss:word@host/path failed", "GET https://***@host/path failed")]
    [InlineData("see (http://host?k=hunter2) and wss://host/a?hunter2#b", "see (http://host?k=***) and wss://host/a?***#b")]
    [InlineData("{\"api-key\": \"abc123\", \"model\": \"m\"}", "{\"api-key\": \"***\", \"model\": \"m\"}")]
    [InlineData("{\\\"access_token\\\":\\\"abc123\\\"}", "{\\\"access_token\\\":\\\"***\\\"}")]
    [InlineData("x-api-key: abc123", "x-api-key: ***")]
    [InlineData("OPENAI_API_KEY=abc123", "OPENAI_API_KEY=***")]
    [InlineData("Password=hunter2;Server=db", "Password=***;Server=db")]
    [InlineData("token ghp_abcdefghijklmnop1234", "token ***")]
    [InlineData("key AKIAIOSFODNN7EXAMPLE", "key ***")]
    [InlineData("GET https://host/a?=hunter2&b=&c", "GET https://host/a?=***&b=***&***")]
    public void What_looks_like_a_secret_is_taken_out(string text, string redacted) => Assert.Equal(redacted, Redaction.Of(text));

    [Theory]
    [InlineData("no answer in 100 s")]
    [InlineData("the token limit of 4096 is exceeded")]
    [InlineData("basic authentication is required")]
    [InlineData("a risk-based decision was made")]
    [InlineData("maximum context length is 8192 tokens")]
    [InlineData("https://host/path@version")]
    [InlineData("is that so? yes=no")]
    [InlineData("two\nlines")]
    [InlineData("")]
    public void What_does_not_stays(string text) => Assert.Equal(text, Redaction.Of(text));

    [Theory]
    [InlineData("\u001b[31mred\u001b[0m\a", " [31mred [0m ")]
    [InlineData("a\rb\tc\0d\u007fe", "a b c d e")]
    [InlineData("\u009b31m and \u0085", " 31m and  ")]
    [InlineData("\u202aa\u202bb\u202cc\u202dd\u202ee\u200ef\u200fg\u061c", " a b c d e f g ")]
    [InlineData("\u0001a\u001fb\u0080c\u009fd\u00a0e", " a b c d\u00a0e")]
    [InlineData("\u2066a\u2067b\u2068c\u2069d\u2028e\u2029", " a b c d e ")]
    public void What_moves_a_cursor_or_turns_the_direction_of_writing_is_taken_out(string text, string printable)
    {
        Assert.Equal(printable, Redaction.Of(text));
        Assert.Equal(printable, Redaction.Printable(text));
        Assert.Equal(printable, Redaction.OneLine(text));
    }

    [Fact]
    public void A_line_stays_a_line() => Assert.Equal("a b c d", Redaction.OneLine("a\r\nb\nc\u2028d"));

    [Theory]
    [InlineData("kairos.llm.api-key.SECRET", "kairos.llm.api-key.***")]
    [InlineData("kairos.agent.mcp.files.env.\"TOKEN=SECRET\"", "kairos.agent.mcp.files.env.***")]
    [InlineData("kairos.defaults.\"TOKEN=SECRET\"", "kairos.defaults.\"TOKEN=***")]
    [InlineData("kairos.telemetry.otlp.token", "kairos.telemetry.otlp.token")]
    [InlineData("kairos.components.token.breaker.windw", "kairos.components.token.breaker.windw")]
    [InlineData("kairos.a\u001bb", "kairos.a b")]
    [InlineData("token.SECRET", "token.***")]
    [InlineData("a.token.b.SECRET", "a.token.***")]
    [InlineData("token", "token")]
    [InlineData("Kairos:Llm:ApiKey:SECRET", "Kairos:Llm:ApiKey:***")]
    [InlineData("kairos:a.token.b", "kairos:a.token.b")]
    [InlineData("Components:token:breaker", "Components:token:breaker")]
    [InlineData("components.a.token.SECRET", "components.a.token.***")]
    [InlineData("=SECRET", "=***")]
    [InlineData("a.secret.SECRET", "a.secret.***")]
    [InlineData("a.password.SECRET", "a.password.***")]
    [InlineData("a.passwd.SECRET", "a.passwd.***")]
    [InlineData("a.authorization.SECRET", "a.authorization.***")]
    [InlineData("a.headers.SECRET", "a.headers.***")]
    [InlineData("a.ENV.SECRET", "a.ENV.***")]
    public void A_value_in_the_place_of_a_key_is_taken_out(string key, string printable) => Assert.Equal(printable, Redaction.OfKey(key));

    [Fact]
    public void A_hostile_text_costs_little()
    {
        var text = new StringBuilder();
        while (text.Length < KairosError.MaxMessageLength) text.Append("a-api_key-token_");

        Assert.NotEmpty(Redaction.Of(text.ToString()));
    }
}
