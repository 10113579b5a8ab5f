using System.Net;
using Kairos.Tests.Calls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Extensions.Http.Tests;

/// <summary>Sub-components for hosts.</summary>
public sealed class HostSpecs
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Each_host_has_a_circuit_of_its_own()
    {
        await using var client = await StartAsync();
        for (var i = 0; i < 2; i++) await AskAsync(client, "http://DOWN.example/page");
        await AskAsync(client, "https://up.example/");
        await AskAsync(client, "https://up.example:8443/");

        await Assert.ThrowsAsync<CircuitOpenException>(() => AskAsync(client, "http://down.example/other"));

        await AskAsync(client, "https://up.example/");
        Assert.Equal(["tools/search", "tools/search/down.example", "tools/search/up.example", "tools/search/up.example_8443"], ComponentsOf(client));
        Assert.Equal(CircuitStatus.Open, client.System.Snapshot("tools/search/down.example").Circuit);
        Assert.Equal(CircuitStatus.Closed, client.Snapshot.Circuit);
    }

    [Fact]
    public async Task The_component_itself_guards_what_is_beyond_the_limit()
    {
        await using var client = await StartAsync(options => options.MaxHosts = 2);
        foreach (var host in (string[])["one", "two", "down", "down"]) await AskAsync(client, $"http://{host}.example/");

        await Assert.ThrowsAsync<CircuitOpenException>(() => AskAsync(client, "http://down.example/"));

        await AskAsync(client, "http://one.example/");
        Assert.Equal(["tools/search", "tools/search/one.example", "tools/search/two.example"], ComponentsOf(client));
        Assert.Equal(CircuitStatus.Open, client.Snapshot.Circuit);
    }

    [Fact]
    public async Task The_component_itself_guards_hosts_that_Kairos_has_no_place_for()
    {
        await using var client = await StartAsync(kairos: options => options.MaxComponents = 4); // as many as the settings name

        for (var i = 0; i < 2; i++) await AskAsync(client, "http://down.example/");

        Assert.Equal(["tools/search"], ComponentsOf(client));
        Assert.Equal(CircuitStatus.Open, client.Snapshot.Circuit);
    }

    [Fact]
    public async Task Hosts_that_nobody_asks_are_removed()
    {
        await using var client = await StartAsync();
        await AskAsync(client, "http://one.example/");
        _time.Advance(Idle / 2);
        await AskAsync(client, "http://two.example/");

        _time.Advance(Idle / 2);
        await client.System.SettleAsync();
        Assert.Equal(["tools/search", "tools/search/two.example"], ComponentsOf(client));

        _time.Advance(Idle / 2);
        await client.System.SettleAsync();
        Assert.Equal(["tools/search"], ComponentsOf(client));

        await AskAsync(client, "http://one.example/"); // and may come again
        Assert.Equal(["tools/search", "tools/search/one.example"], ComponentsOf(client));
    }

    [Fact]
    public async Task A_host_that_is_being_asked_is_not_idle()
    {
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource<HttpResponseMessage>());
        await using var client = await StartAsync(within: _ =>
        {
            asked.SetResult();
            return answer.Task;
        });
        var call = client.Http.GetAsync(new Uri("http://slow.example/"));
        await asked.Task.Soon();

        _time.Advance(Idle * 3);
        await client.System.SettleAsync();

        Assert.Equal(["tools/search", "tools/search/slow.example"], ComponentsOf(client));
        answer.SetResult(new HttpResponseMessage(HttpStatusCode.OK));
        using var response = await call.Soon();
    }

    [Fact]
    public async Task A_host_that_asked_to_be_left_alone_is_remembered_for_as_long()
    {
        var limited = new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Headers = { { "Retry-After", "1800" } } };
        await using var client = await StartAsync(within: _ => Task.FromResult(limited));
        using var response = await client.Http.GetAsync(new Uri("http://limited.example/")).Soon();

        _time.Advance(Idle * 2);
        await client.System.SettleAsync();
        await Assert.ThrowsAsync<CircuitOpenException>(() => client.Http.GetAsync(new Uri("http://limited.example/")).Soon());

        _time.Advance(Idle * 2);
        await client.System.SettleAsync();
        Assert.Equal(["tools/search"], ComponentsOf(client));
    }

    [Fact]
    public async Task A_host_that_the_settings_name_stays()
    {
        await using var client = await StartAsync(kairos: options => options.Component("tools/search/one.example"));
        await AskAsync(client, "http://one.example/");

        _time.Advance(Idle * 3);
        await client.System.SettleAsync();

        Assert.Equal(["tools/search", "tools/search/one.example"], ComponentsOf(client));
    }

    [Theory]
    [InlineData("http://Example.COM/", "example.com")]
    [InlineData("http://example.com./", "example.com")]
    [InlineData("http://example.com:80/", "example.com")]
    [InlineData("https://example.com:80/", "example.com_80")]
    [InlineData("http://127.0.0.1:5000/", "127.0.0.1_5000")]
    [InlineData("http://[2001:db8::1]/", "ip6-2001-db8--1")]
    [InlineData("http://bücher.example/", "xn--bcher-kva.example")]
    public void A_host_is_called_by_its_name(string url, string segment)
    {
        var uri = new Uri(url);

        Assert.Equal(segment, HostName.SegmentFor("tools/search", uri.IdnHost, uri.IsDefaultPort ? 0 : uri.Port));
    }

    [Fact]
    public void Long_and_strange_hosts_have_names_of_their_own()
    {
        var parent = new string('p', HostName.LongestParent);
        string[] hosts = [new string('a', 200) + ".example", new string('a', 201) + ".example", "_strange.example", "a%b", "a-b", "a~b"];

        var names = hosts.Select(host => $"{parent}/{HostName.SegmentFor(parent, host, 65535)}").ToList();

        Assert.All(names, name => Assert.True(ComponentName.IsValid(name), name));
        Assert.Distinct(names);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Limits_out_of_their_range_are_refused(int hosts, int minutes)
    {
        var client = new ServiceCollection().AddHttpClient("search");

        Assert.Throws<ArgumentOutOfRangeException>(() => client.AddKairos("tools/search", options =>
        {
            options.MaxHosts = hosts;
            options.HostIdleTimeout = TimeSpan.FromMinutes(minutes);
        }));
    }

    private Task<GuardedClient> StartAsync(
        Action<KairosHttpOptions>? options = null, Action<KairosOptions>? kairos = null, Func<HttpRequestMessage, Task<HttpResponseMessage>>? within = null) =>
        GuardedClient.StartAsync(new ClientSetup
        {
            Time = _time,
            Kairos = kairos ?? (_ => { }),
            Options = http =>
            {
                http.PerHost = true;
                options?.Invoke(http);
            },
            Within = builder => builder.AddHttpMessageHandler(() => new Handler((request, _, _) => within?.Invoke(request) ?? Task.FromResult(
                new HttpResponseMessage(request.RequestUri!.Host.StartsWith("down", StringComparison.Ordinal) ? HttpStatusCode.BadGateway : HttpStatusCode.OK)))),
        });

    private static async Task AskAsync(GuardedClient client, string url)
    {
        using var response = await client.Http.GetAsync(new Uri(url)).Soon();
    }

    private static IEnumerable<string> ComponentsOf(GuardedClient client) =>
        client.System.Kairos.Snapshots.Select(snapshot => snapshot.Component).Where(name => name.StartsWith("tools/search", StringComparison.Ordinal));
}
