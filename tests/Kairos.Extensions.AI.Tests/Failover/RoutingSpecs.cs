using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Extensions.AI.Tests.Failover;

#pragma warning disable MEAI001 // the seam is experimental

/// <summary>Microsoft.Extensions.AI's router, whose choice asks the circuits.</summary>
public sealed class RoutingSpecs : IAsyncLifetime
{
    private const string First = "llm/first", Second = "llm/second";
    private readonly FakeTimeProvider _time = new();
    private readonly MisbehavingServer _first = MisbehavingServer.Start(Answers.Ok(Wire.Answer));
    private readonly MisbehavingServer _second = MisbehavingServer.Start(Answers.Ok(Wire.Answer));
    private AgentSystem _system = null!;

    public async Task InitializeAsync() => _system = await AgentSystem.StartAsync(_time, null, First, Second);

    public async Task DisposeAsync()
    {
        await _system.DisposeAsync();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task A_client_that_is_down_costs_no_attempt_once_its_circuit_is_open_and_is_probed_again_later()
    {
        using var client = Client();
        _first.Answer = Answers.Status(500);
        for (var i = 0; i < 10; i++) Assert.Equal("hello", (await client.GetResponseAsync("hi").Soon()).Text);
        Assert.Equal((2, 10), (_first.Requests, _second.Requests));

        _first.Answer = Answers.Ok(Wire.Answer);
        _time.Advance(TimeSpan.FromSeconds(30));
        for (var i = 0; i < 10; i++) Assert.Equal("hello", (await client.GetResponseAsync("hi").Soon()).Text);
        Assert.Equal((12, 10), (_first.Requests, _second.Requests));
    }

    [Fact]
    public async Task A_stream_goes_on_to_the_next_until_its_first_update()
    {
        using var client = Client();
        _first.Answer = Answers.Status(500);
        _second.Answer = Wire.Stream(Wire.Hello, Wire.End("stop"), Wire.Done);

        Assert.Equal("hello", (await client.GetStreamingResponseAsync("hi").ToChatResponseAsync().Soon()).Text);

        Assert.Equal((1, 1), (_first.Requests, _second.Requests));
    }

    [Fact]
    public async Task What_is_wrong_with_the_request_is_passed_on_to_nobody()
    {
        using var client = Client();
        _first.Answer = Answers.Status(400);

        Assert.Equal(First, (await Assert.ThrowsAsync<ModelFailedException>(() => client.GetResponseAsync("hi").Soon())).Component);

        Assert.Equal((1, 0), (_first.Requests, _second.Requests));
    }

    [Fact]
    public async Task When_all_have_failed_the_last_failure_is_told_and_when_none_may_be_called_when_to_come_back()
    {
        using var client = Client();
        _first.Answer = Answers.Status(500);
        _second.Answer = Answers.Status(503);
        for (var i = 0; i < 2; i++)
            Assert.Equal((Second, 503), await Assert.ThrowsAsync<ModelFailedException>(() => client.GetResponseAsync("hi").Soon()) is var failure ? (failure.Component, failure.Status) : default);

        var rejected = await Assert.ThrowsAsync<CircuitOpenException>(() => client.GetResponseAsync("hi").Soon());

        Assert.Equal((First, TimeSpan.FromSeconds(30)), (rejected.Component, rejected.RetryAfter));
        Assert.Equal((2, 2), (_first.Requests, _second.Requests));
    }

    [Fact]
    public void Clients_that_are_not_guarded_are_refused()
    {
        using var bare = Provider.ClientOf(Provider.OpenAI, _first.Url);
        Assert.Contains("at 0 is not guarded", Assert.Throws<ArgumentException>(() => new KairosRoutingChatClient([bare])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new KairosRoutingChatClient([]));
    }

    private KairosRoutingChatClient Client() => new([Guarded(_first, First), Guarded(_second, Second)]);

    private IChatClient Guarded(MisbehavingServer server, string component) =>
        Provider.ClientOf(Provider.OpenAI, server.Url).AsBuilder().UseKairos(_system.Kairos, component).Build();
}
