using System.Net;
using KairosAgent.Settings;
using KairosAgent.Tests.Chat;
using KairosAgent.Tools;
using Microsoft.AspNetCore.Http;

namespace KairosAgent.Tests.Tools;

public sealed class HttpFetchTests : IAsyncLifetime
{
    private const string Refused = "Nothing was fetched: the address is one of this machine or of a private network, and these are not allowed.";

    private WebServer _server = null!;

    public async Task InitializeAsync() => _server = await WebServer.StartAsync(async context =>
    {
        switch (context.Request.Path.Value)
        {
            case "/page": await context.Response.WriteAsync("a page"); break;
            case "/moved": context.Response.Redirect("/page"); break;
            case "/away": context.Response.Redirect("file:///etc/passwd"); break;
            case "/circle": context.Response.Redirect("/circle"); break;
            case "/long": await context.Response.WriteAsync(new string('x', 5000)); break;
            case "/endless":
                await context.Response.WriteAsync("it begins");
                await context.Response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
                break;
            case "/broken": context.Response.StatusCode = 503; break;
            default: context.Response.StatusCode = 404; break;
        }
    });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("0.0.0.0")]
    [InlineData("2130706433")]
    public async Task This_machine_is_not_asked_unless_it_is_allowed(string host)
    {
        Assert.Equal(Refused, await FetchAsync(new FetchOptions(), $"http://{host}:{_server.Port}/page"));
        Assert.Equal(0, _server.Requests);
    }

    [Theory]
    [InlineData("/page", "a page")]
    [InlineData("/moved", "a page")]
    [InlineData("/nowhere", "Nothing was fetched: the server answered 404.")]
    [InlineData("/away", "Nothing was fetched: the server leads to an address that is none of the web.")]
    [InlineData("/circle", "Nothing was fetched: the server answered 302.")]
    public async Task Pages_are_fetched_where_it_is_allowed(string path, string text) => Assert.Equal(text, await FetchAsync(Allowed, _server.Address + path));

    [Fact]
    public async Task A_page_that_is_too_long_is_cut() =>
        Assert.Equal(new string('x', 100) + "\n(cut after 100 bytes)", await FetchAsync(Allowed with { MaxBytes = 100 }, _server.Address + "/long"));

    [Fact]
    public async Task A_page_of_just_the_length_is_not_cut() =>
        Assert.Equal(new string('x', 5000), await FetchAsync(Allowed with { MaxBytes = 5000 }, _server.Address + "/long"));

    [Fact]
    public async Task A_page_that_never_ends_is_a_timeout() => await Assert.ThrowsAsync<TimeoutException>(
        () => FetchAsync(Allowed with { Timeout = TimeSpan.FromMilliseconds(300) }, _server.Address + "/endless"));

    [Fact]
    public async Task A_server_that_fails_is_a_failure() =>
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Assert.ThrowsAsync<HttpRequestException>(() => FetchAsync(Allowed, _server.Address + "/broken"))).StatusCode);

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.org/")]
    [InlineData("example.org")]
    [InlineData("")]
    public async Task Only_the_web_is_fetched_from(string url) =>
        Assert.Equal("Nothing was fetched: only addresses that begin with http:// or https:// are allowed.", await FetchAsync(Allowed, url));

    [Theory]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    public void Addresses_of_the_internet_are_told_from_others(string address, bool isPublic) =>
        Assert.Equal(isPublic, PublicAddresses.Contains(IPAddress.Parse(address)));

    private static FetchOptions Allowed { get; } = new() { AllowPrivate = true };

    private static async Task<string> FetchAsync(FetchOptions options, string url)
    {
        using var fetch = new HttpFetch(options);
        return await fetch.FetchAsync(url, CancellationToken.None);
    }
}
