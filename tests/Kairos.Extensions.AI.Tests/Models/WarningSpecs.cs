using System.ClientModel.Primitives;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI.Tests.Models;

/// <summary>Where there is no logger factory, warnings go to the actor system's log.</summary>
public sealed class WarningSpecs : IAsyncLifetime
{
    private readonly ActorSystem _actors = ActorSystem.Create("agent", ConfigurationFactory.ParseString("akka { loglevel = WARNING, stdout-loglevel = OFF }"));
    private readonly TaskCompletionSource<string> _warning = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MisbehavingServer _server = MisbehavingServer.Start(Answers.Status(500));
    private IKairos _kairos = null!;

    public Task InitializeAsync()
    {
        _kairos = _actors.UseKairos();
        var log = _actors.ActorOf(Props.Create(() => new Reader(_warning)));
        _actors.EventStream.Subscribe(log, typeof(Warning));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _actors.Terminate().Soon();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task An_SDK_that_repeats_requests_is_told()
    {
        using var client = Provider.OpenAIClient(_server.Url, new ClientRetryPolicy(1)).GetChatClient("m").AsIChatClient().AsBuilder().UseKairos(_kairos).Build();

        await Expect.FailureAsync(() => client.GetResponseAsync("hi"));

        Assert.Contains("'llm' repeats failed requests by itself", await _warning.Task.Soon(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_guard_around_the_tools_is_told_with_its_first_call()
    {
        using var client = Provider.ClientOf(Provider.OpenAI, _server.Url).AsBuilder().UseKairos(_kairos).UseFunctionInvocation().Build();

        await Expect.FailureAsync(() => client.GetResponseAsync("hi"));

        Assert.Contains("'llm' stands around a function-calling client", await _warning.Task.Soon(), StringComparison.Ordinal);
    }

    private sealed class Reader : ReceiveActor
    {
        public Reader(TaskCompletionSource<string> warning) => Receive<Warning>(told =>
        {
            if (told.LogSource.StartsWith("Kairos", StringComparison.Ordinal)) warning.TrySetResult(told.Message.ToString()!);
        });
    }
}
