namespace Kairos.Tests.Faults;

/// <summary>That the server misbehaves as it says; what it makes clients throw is the classifier's table.</summary>
public sealed class MisbehavingServerTests
{
    [Fact]
    public async Task Answers_as_it_is_told_and_counts_what_it_read()
    {
        await using var server = MisbehavingServer.Start(Answers.Status(418, "I am a teapot", ("X-Brew", "no")));
        using var client = new HttpClient();

        using var first = await client.PostAsync(server.Url, new StringContent(new string('x', 100_000)));
        Assert.Equal(418, (int)first.StatusCode);
        Assert.Equal("I am a teapot", await first.Content.ReadAsStringAsync());
        Assert.Equal("no", Assert.Single(first.Headers.GetValues("X-Brew")));

        server.Answer = Answers.Ok("{}");
        Assert.Equal("{}", await client.GetStringAsync(server.Url));
        Assert.Equal(2, server.Requests);
    }

    [Fact]
    public async Task Ends_with_exchanges_that_stall()
    {
        using var client = new HttpClient();
        Task<string> call;
        await using (var server = MisbehavingServer.Start(Answers.Nothing(Ending.Stall)))
        {
            call = client.GetStringAsync(server.Url);
            await server.RequestAsync();
            Assert.False(call.IsCompleted);
        }

        await Assert.ThrowsAsync<HttpRequestException>(() => call.WaitAsync(MisbehavingServer.Limit));
    }
}
