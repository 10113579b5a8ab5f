using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;
using Faulty = Kairos.Tests.Faults.Answers;

namespace Kairos.Extensions.AI.Tests.Models;

/// <summary>What a guarded chat repeats, and what it never does.</summary>
public sealed class ChatRetrySpecs : IAsyncLifetime
{
    private readonly ObservedTimeProvider _time = new();
    private readonly Queue<Answer> _answers = new();
    private readonly MisbehavingServer _server;
    private AgentSystem _system = null!;

    public ChatRetrySpecs() => _server = MisbehavingServer.Start(exchange => _answers.Dequeue()(exchange));

    public async Task InitializeAsync() => _system = await AgentSystem.StartAsync(_time, options =>
    {
        AgentSystem.Retries(options);
        options.Component("llm", c => c with { Breaker = new BreakerPolicy { ConsecutiveFailures = 5 } });
    });

    public async Task DisposeAsync()
    {
        await _system.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_failed_request_is_repeated_and_its_errors_recover()
    {
        Answers(Faulty.Status(500), Faulty.Status(500), Faulty.Ok(Wire.Answer));
        using var client = Client();

        var asking = client.GetResponseAsync("hi");
        await WaitAsync(100);
        await WaitAsync(200);

        Assert.Equal("hello", (await asking.Soon()).Text);
        Assert.Equal(3, _server.Requests);
        Assert.Equal([("llm", ErrorCode.LlmError, 2L)], await _system.RecoveriesAsync());
    }

    [Fact]
    public async Task A_stream_is_repeated_while_nothing_but_preamble_was_seen()
    {
        Answers(Wire.Cut(Ending.Reset, Wire.Begin), Wire.Stream(Wire.Begin, Wire.Done), Whole());
        using var client = Client();

        var reading = client.GetStreamingResponseAsync("hi").ToChatResponseAsync();
        await WaitAsync(100);
        await WaitAsync(200);

        Assert.Equal("hello", (await reading.Soon()).Text);
        Assert.Equal((3, 2, 2), (_server.Requests, _system.Snapshot().Errors, (await _system.RecoveriesAsync()).Sum(r => r.Count)));
    }

    [Fact]
    public async Task A_stream_is_not_repeated_once_its_consumer_has_seen_content()
    {
        Answers(Wire.Cut(Ending.Reset, Wire.Begin, Wire.Hello), Whole());
        using var client = Client();

        await Expect.FailureAsync(() => client.GetStreamingResponseAsync("hi").ToChatResponseAsync());

        Assert.Equal((1, 0), (_server.Requests, _time.Pending("Delay")));
        Assert.Single(await _system.ErrorsAsync());
    }

    [Fact]
    public async Task The_preamble_that_was_held_back_is_handed_out_in_order()
    {
        Answers(Whole());
        using var client = Client();

        var updates = await client.GetStreamingResponseAsync("hi").ToListAsync();

        Assert.Equal(["", "hello", ""], updates.Select(update => update.Text));
        Assert.Equal(ChatFinishReason.Stop, updates[^1].FinishReason);
    }

    [Fact]
    public async Task A_consumer_who_stops_early_says_nothing_about_the_model()
    {
        Answers(Wire.Cut(Ending.Stall, Wire.Begin, Wire.Hello));
        using var client = Client();

        await foreach (var update in client.GetStreamingResponseAsync("hi"))
        {
            if (update.Text.Length > 0) break;
        }

        Assert.Empty(await _system.ErrorsAsync());
        Assert.Equal(0, _system.Snapshot().ConsecutiveFailures);
    }

    [Fact]
    public async Task A_stall_before_the_first_byte_ends_with_the_attempts_time()
    {
        await ConfigureAsync(new CallPolicy { AttemptTimeout = TimeSpan.FromSeconds(9), Retry = new RetryPolicy { MaxAttempts = 1 } });
        Answers(Faulty.Nothing(Ending.Stall));
        using var client = Client();

        var asking = client.GetResponseAsync("hi");
        await _server.RequestAsync();
        _time.Advance(TimeSpan.FromSeconds(9));

        var failed = await Assert.ThrowsAsync<ModelFailedException>(() => asking.Soon());
        Assert.IsType<CallTimeoutException>(failed.InnerException);
        Assert.Equal(ErrorCode.Timeout, Assert.Single(await _system.ErrorsAsync()).Code);
    }

    [Fact]
    public async Task A_stall_in_mid_stream_ends_with_the_longest_gap()
    {
        await ConfigureAsync(new CallPolicy { StreamMaxGap = TimeSpan.FromSeconds(5), Retry = new RetryPolicy { MaxAttempts = 1 } });
        Answers(Wire.Cut(Ending.Stall, Wire.Begin, Wire.Hello));
        using var client = Client();
        await using var updates = client.GetStreamingResponseAsync("hi").GetAsyncEnumerator();
        do Assert.True(await updates.MoveNextAsync());
        while (updates.Current.Text.Length == 0);

        var next = updates.MoveNextAsync().AsTask();
        _time.Advance(TimeSpan.FromSeconds(5));

        var failed = await Assert.ThrowsAsync<ModelFailedException>(() => next.Soon());
        Assert.IsType<CallTimeoutException>(failed.InnerException);
        Assert.Equal(ErrorCode.Timeout, Assert.Single(await _system.ErrorsAsync()).Code);
    }

    [Fact]
    public async Task An_open_circuit_sends_nothing()
    {
        Answers(Faulty.Status(401));
        using var client = Client();
        await Expect.FailureAsync(() => client.GetResponseAsync("hi"));

        var exception = await Assert.ThrowsAsync<CircuitOpenException>(() => client.GetResponseAsync("hi").Soon());

        Assert.Equal(("llm", TransitionReason.Unauthorized, 1), (exception.Component, exception.Reason, _server.Requests));
    }

    [Fact]
    public async Task A_guard_around_the_tools_repeats_nothing()
    {
        Answers(Faulty.Status(500), Faulty.Ok(Wire.Answer));
        using var client = Provider.ClientOf(Provider.OpenAI, _server.Url).AsBuilder().UseKairos(_system.Kairos).UseFunctionInvocation().Build();

        await Expect.FailureAsync(() => client.GetResponseAsync("hi"));

        Assert.Equal((1, 0), (_server.Requests, _time.Pending("Delay")));
    }

    private static Answer Whole() => Wire.Stream(Wire.Begin, Wire.Hello, Wire.End("stop"), Wire.Done);

    private IChatClient Client() => Provider.ClientOf(Provider.OpenAI, _server.Url).AsBuilder().UseFunctionInvocation().UseKairos(_system.Kairos).Build();

    private void Answers(params Answer[] answers)
    {
        foreach (var answer in answers) _answers.Enqueue(answer);
    }

    private Task ConfigureAsync(CallPolicy call)
    {
        _system.Kairos["llm"].Reconfigure(_system.Snapshot().Settings with { Call = call });
        return _system.SettleAsync();
    }

    private async Task WaitAsync(double milliseconds)
    {
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), await _time.NextDelayAsync());
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
    }
}
