namespace Kairos.Tests.Classification;

public sealed class ErrorTextTests
{
    [Theory]
    [InlineData("no URL at all? yes", "no URL at all? yes")]
    [InlineData("GET https://api.example.com/v1/models failed", "GET https://api.example.com/v1/models failed")]
    [InlineData("POST https://x.example/v1beta/m:generate?key=AIza123 failed", "POST https://x.example/v1beta/m:generate?… failed")]
    [InlineData("('https://x.example/a?key=1')", "('https://x.example/a?…')")]
    [InlineData("redis://user:pa$$@cache.example:6379/0", "redis://cache.example:6379/0")]
    [InlineData("https://x.example/#access_token=1 and https://y.example/?b=2", "https://x.example/?… and https://y.example/?…")]
    [InlineData("https://x.example/path@2", "https://x.example/path@2")]
    public void Leaves_out_what_urls_carry_secrets_in(string message, string text) => Assert.Equal(text, TextOf(message));

    [Fact]
    public void A_secret_does_not_come_back_by_the_cut()
    {
        var text = TextOf(new string('a', 2030) + " https://x.example/?key=" + new string('s', 5000));
        Assert.Equal(KairosError.MaxMessageLength, text.Length);
        Assert.DoesNotContain("key", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_stands_far_behind_is_not_looked_at()
    {
        const int Farthest = KairosError.MaxMessageLength * 2;
        const string Url = "https://x.example/?key=";
        Assert.Equal("https://x.example/?… b", TextOf(Url.PadRight(Farthest - 2, 's') + " b"));
        Assert.Equal("https://x.example/?… ", TextOf(Url.PadRight(Farthest - 1, 's') + " b"));
    }

    [Fact]
    public void An_exception_without_a_text_has_one()
    {
        Assert.Equal("no message", TextOf(""));
        Assert.Equal("no message", ErrorClassifier.Default.Classify(new HostileException(), TableCase.On("llm")).Message);
    }

    private static string TextOf(string message) =>
        ErrorClassifier.Default.Classify(new ToolException(message), TableCase.On("llm")).Message;
}
