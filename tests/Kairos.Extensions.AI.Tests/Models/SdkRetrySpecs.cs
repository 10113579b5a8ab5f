using System.ClientModel.Primitives;
using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using OpenAI;

namespace Kairos.Extensions.AI.Tests.Models;

/// <summary>An SDK that repeats requests by itself is seen doing it, and warned of once.</summary>
[Collection(Alone.Name)] // spans that others listen for would add a header to its requests
public sealed class SdkRetrySpecs : IAsyncLifetime
{
    private readonly FakeLogger _log = new();
    private readonly MisbehavingServer _server = MisbehavingServer.Start(Answers.Status(500));
    private AgentSystem _system = null!;

    public async Task InitializeAsync() => _system = await AgentSystem.StartAsync(
        new FakeTimeProvider(), options => options.Defaults(c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 0 } }));

    public async Task DisposeAsync()
    {
        await _system.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_warning_is_given_once_for_retries_that_happened()
    {
        using var client = Guard(Provider.OpenAIClient(_server.Url, new ClientRetryPolicy(2)).GetChatClient("m").AsIChatClient());
        for (var i = 0; i < 2; i++) await Expect.FailureAsync(() => client.GetResponseAsync("hi"));

        Assert.Equal(6, _server.Requests);
        Assert.Contains("'llm'", Assert.Single(_log.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Streams_are_watched_too_whatever_the_SDK()
    {
        using var sdk = new Anthropic.AnthropicClient { BaseUrl = _server.Url.ToString().TrimEnd('/'), ApiKey = "k", MaxRetries = 1 };
        using var client = Guard(sdk.AsIChatClient("m", 10));

        await Expect.FailureAsync(() => client.GetStreamingResponseAsync("hi").ToChatResponseAsync());

        Assert.Equal(2, _server.Requests);
        Assert.Single(_log.Collector.GetSnapshot());
    }

    [Fact]
    public async Task A_reset_connection_that_is_tried_again_counts_as_well()
    {
        _server.Answer = Answers.Nothing(Ending.Reset);
        using var client = Guard(Provider.OpenAIClient(_server.Url, new ClientRetryPolicy(1)).GetChatClient("m").AsIChatClient());

        await Expect.FailureAsync(() => client.GetResponseAsync("hi"));

        Assert.Single(_log.Collector.GetSnapshot());
    }

    [Fact]
    public async Task Nothing_is_said_of_an_SDK_that_does_not_or_where_nobody_looks()
    {
        using var still = Guard(Provider.ClientOf(Provider.OpenAI, _server.Url));
        using var unwatched = Guard(
            Provider.OpenAIClient(_server.Url, new ClientRetryPolicy(1)).GetChatClient("m").AsIChatClient(), watches: false);
        foreach (var client in new[] { still, unwatched })
        {
            for (var i = 0; i < 2; i++) await Expect.FailureAsync(() => client.GetResponseAsync("hi"));
        }

        Assert.Equal(6, _server.Requests);
        Assert.Empty(_log.Collector.GetSnapshot());
    }

    [Fact]
    public async Task Watching_adds_nothing_to_the_request()
    {
        using var client = Guard(Provider.ClientOf(Provider.OpenAI, _server.Url));

        await Expect.FailureAsync(() => client.GetResponseAsync("hi"));

        Assert.DoesNotContain("traceparent", _server.LastRequest, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Retries_are_turned_off_on_the_options_of_an_SDK()
    {
        var options = new OpenAIClientOptions { Endpoint = _server.Url }.WithoutRetries();
        using var openAI = Guard(new OpenAIClient(new System.ClientModel.ApiKeyCredential("k"), options).GetChatClient("m").AsIChatClient());
        using var sdk = new Anthropic.AnthropicClient(
            new Anthropic.Core.ClientOptions { BaseUrl = _server.Url.ToString().TrimEnd('/'), ApiKey = "k" }.WithoutRetries());
        using var anthropic = Guard(sdk.AsIChatClient("m", 10));
        var azure = new AzureOptions().WithoutRetries();

        await Expect.FailureAsync(() => openAI.GetResponseAsync("hi"));
        await Expect.FailureAsync(() => anthropic.GetResponseAsync("hi"));

        Assert.Equal((2, 0), (_server.Requests, azure.Retry.MaxRetries));
        Assert.Empty(_log.Collector.GetSnapshot());
        Assert.Throws<NotSupportedException>(() => new object().WithoutRetries());
    }

    private IChatClient Guard(IChatClient client, bool watches = true) => client.AsBuilder()
        .UseKairos(_system.Kairos, options: new ModelGuardOptions { Logger = _log, WatchesHttp = watches }).Build();

    private sealed class AzureOptions : Azure.Core.ClientOptions;
}
