using System.Diagnostics;
using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI.Tests.Failover;

/// <summary>Two and three models, of which the first answers while it can.</summary>
public sealed class FailoverSpecs : IAsyncLifetime
{
    private const string Primary = "llm/primary";
    private const string Backup = "llm/backup";
    private const string Last = "llm/last";
    private readonly ObservedTimeProvider _time = new();
    private readonly MisbehavingServer _primary = MisbehavingServer.Start(Answers.Ok(Wire.Answer));
    private readonly MisbehavingServer _backup = MisbehavingServer.Start(Answers.Ok(Wire.Answer));
    private readonly MisbehavingServer _last = MisbehavingServer.Start(Answers.Ok(Wire.Answer));
    private AgentSystem _system = null!;

    public async Task InitializeAsync() => _system = await AgentSystem.StartAsync(_time, AgentSystem.Retries, "llm", Primary, Backup, Last);

    public async Task DisposeAsync()
    {
        await _system.DisposeAsync();
        foreach (var server in new[] { _primary, _backup, _last }) await server.DisposeAsync();
    }

    [Fact]
    public async Task The_first_answers_while_it_can_and_says_so()
    {
        using var client = Client();

        var response = await client.GetResponseAsync("hi").Soon();

        Assert.Equal(("hello", Primary), (response.Text, response.AdditionalProperties![KairosFailoverChatClient.AnsweredBy]));
        Assert.Equal((1, 0), (_primary.Requests, _backup.Requests));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_error_is_judged_once(bool stream)
    {
        var judged = 0;
        _primary.Answer = Answers.Status(500);
        if (stream) _backup.Answer = Wire.Stream(Wire.Hello, Wire.End("stop"), Wire.Done);
        var changing = ErrorClassifier.Default.WithRule((exception, in context) =>
            new KairosError(ErrorCode.LlmError, "no") { Verdict = Interlocked.Increment(ref judged) == 1 ? Verdict.Count : Verdict.Ignore });
        using var client = Provider.ClientOf(Provider.OpenAI, _primary.Url).AsBuilder().UseKairosFailover(
            _system.Kairos, [new ModelRoute(Backup, Provider.ClientOf(Provider.OpenAI, _backup.Url))], new FailoverOptions { Model = new() { Classifier = changing } }).Build();

        var response = await (stream ? client.GetStreamingResponseAsync("hi").ToChatResponseAsync() : client.GetResponseAsync("hi")).Soon();

        Assert.Equal(("hello", 1), (response.Text, judged));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(429)]
    [InlineData(401)]
    [InlineData(404)]
    public async Task A_failure_is_made_up_for_by_the_next_and_recovers(int status)
    {
        _primary.Answer = Answers.Status(status, "", ("Retry-After", "5"));
        using var client = Client();

        var response = await client.GetResponseAsync("hi").Soon();

        Assert.Equal(Backup, response.AdditionalProperties![KairosFailoverChatClient.AnsweredBy]);
        Assert.Equal((1, 1), (_primary.Requests, _backup.Requests));
        var error = Assert.Single(await _system.ErrorsAsync(Primary));
        Assert.Equal([(Primary, error.Code, 1L)], await _system.RecoveriesAsync());
    }

    [Theory]
    [InlineData("[{0}]")]
    [InlineData("{0}")]
    public async Task A_refused_key_that_calls_itself_a_bad_request_is_made_up_for_as_well(string form)
    {
        const string error = """{"error":{"code":400,"status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}""";
        _primary.Answer = Answers.Status(400, form.Replace("{0}", error, StringComparison.Ordinal));
        using var client = Client();

        Assert.Equal("hello", (await client.GetResponseAsync("hi").Soon()).Text);

        Assert.Equal((1, 1), (_primary.Requests, _backup.Requests));
        var refused = Assert.Single(await _system.ErrorsAsync(Primary));
        Assert.Equal((ErrorCode.Unauthorized, Verdict.Trip, CircuitStatus.Open), (refused.Code, refused.Verdict, _system.Snapshot(Primary).Circuit));
    }

    [Fact]
    public async Task All_errors_on_the_way_to_an_answer_recover_each_with_its_own_component()
    {
        _primary.Answer = Answers.Status(500);
        _backup.Answer = Answers.Status(504);
        using var client = Client();

        Assert.Equal(Last, (await client.GetResponseAsync("hi").Soon()).AdditionalProperties![KairosFailoverChatClient.AnsweredBy]);

        Assert.Equal(
            [(Backup, ErrorCode.Timeout, 1L), (Primary, ErrorCode.LlmError, 1L)], (await _system.RecoveriesAsync()).OrderBy(recovery => recovery.Component));
    }

    [Fact]
    public async Task A_request_that_is_wrong_itself_is_passed_on_to_nobody()
    {
        _primary.Answer = Answers.Status(400, Wire.Error("context_length_exceeded"));
        using var client = Client();

        await Expect.FailureAsync(() => client.GetResponseAsync("hi"));
        await Expect.FailureAsync(() => client.GetStreamingResponseAsync("hi").ToChatResponseAsync());

        Assert.Equal((2, 0), (_primary.Requests, _backup.Requests));
    }

    [Fact]
    public async Task When_none_answers_the_last_that_was_called_tells_why()
    {
        _primary.Answer = Answers.Status(401); // opens at once
        _backup.Answer = Answers.Status(500);
        using var client = Client(routes: 2, new FailoverOptions { Model = new ModelGuardOptions { IsIdempotent = false } });
        await Expect.FailureAsync(() => client.GetResponseAsync("hi"));

        foreach (var stream in new[] { false, true })
        {
            _backup.Answer = Answers.Status(stream ? 503 : 502);
            var thrown = await Assert.ThrowsAsync<ModelFailedException>(() => AskAsync(client, stream));
            Assert.Equal((Backup, ErrorCode.LlmError, stream ? 503 : 502), (thrown.Component, thrown.Code, thrown.Status));
            Assert.Equal(stream ? 503 : 502, Assert.IsType<System.ClientModel.ClientResultException>(thrown.InnerException).Status);
            _system.Kairos[Backup].Reset();
            await _system.SettleAsync();
        }

        Assert.Equal(1, _primary.Requests);
        Assert.Empty(await _system.RecoveriesAsync());
    }

    [Fact]
    public async Task When_none_may_be_called_that_is_what_the_caller_gets()
    {
        foreach (var component in new[] { Primary, Backup, Last }) _system.Kairos[component].Isolate();
        await _system.SettleAsync();
        using var client = Client();

        await Assert.ThrowsAsync<CircuitOpenException>(() => AskAsync(client, stream: false));
        await Assert.ThrowsAsync<CircuitOpenException>(() => AskAsync(client, stream: true));
    }

    [Fact]
    public async Task Who_cancels_is_answered_by_nobody_else()
    {
        using var cancelled = new CancellationTokenSource();
        _primary.Answer = async exchange =>
        {
            await exchange.ReadRequestAsync();
            await cancelled.CancelAsync();
            await exchange.EndAsync(Ending.Stall);
        };
        using var client = Client();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetResponseAsync("hi", cancellationToken: cancelled.Token).Soon());

        Assert.Equal(0, _backup.Requests);
        Assert.Empty(await _system.ErrorsAsync(Primary));
    }

    [Fact]
    public async Task A_stream_moves_on_until_its_first_content_and_its_errors_recover_at_its_end()
    {
        _primary.Answer = Wire.Cut(Ending.Reset, Wire.Begin);
        _backup.Answer = Wire.Stream(Wire.Begin, Wire.Hello, Wire.End("stop"), Wire.Done);
        using var client = Client();
        await using var updates = client.GetStreamingResponseAsync("hi").GetAsyncEnumerator();

        Assert.True(await updates.MoveNextAsync());
        Assert.Equal(Backup, updates.Current.AdditionalProperties![KairosFailoverChatClient.AnsweredBy]);
        Assert.Empty(await _system.RecoveriesAsync());
        while (await updates.MoveNextAsync()) Assert.Equal(Backup, updates.Current.AdditionalProperties![KairosFailoverChatClient.AnsweredBy]);

        Assert.Equal([(Primary, ErrorCode.LlmError, 1L)], await _system.RecoveriesAsync());
    }

    [Fact]
    public async Task A_stream_that_breaks_after_its_first_content_is_its_consumers()
    {
        _primary.Answer = Wire.Cut(Ending.Reset, Wire.Begin, Wire.Hello);
        using var client = Client();

        await Expect.FailureAsync(() => AskAsync(client, stream: true));

        Assert.Equal((1, 0), (_primary.Requests, _backup.Requests));
        Assert.Empty(await _system.RecoveriesAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_first_is_tried_again_where_that_is_asked_for_and_all_its_errors_recover(bool stream)
    {
        _system.Kairos[Primary].Reconfigure(_system.Snapshot(Primary).Settings with { Breaker = new BreakerPolicy { ConsecutiveFailures = 0 } });
        await _system.SettleAsync();
        _primary.Answer = Answers.Status(500);
        if (stream) _backup.Answer = Wire.Stream(Wire.Hello, Wire.End("stop"), Wire.Done);
        using var client = Client(options: new FailoverOptions { RetriesBeforeFailover = true });

        var asking = AskAsync(client, stream);
        for (var i = 0; i < 2; i++) _time.Advance(await _time.NextDelayAsync());

        Assert.Equal("hello", (await asking).Text);
        Assert.Equal((3, 1), (_primary.Requests, _backup.Requests));
        Assert.Equal([(Primary, ErrorCode.LlmError, 3L)], await _system.RecoveriesAsync());
    }

    [Fact]
    public async Task The_callers_span_tells_who_answered()
    {
        using var source = new ActivitySource("failover test");
        using var listener = new ActivityListener
        {
            ShouldListenTo = candidate => candidate == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        _primary.Answer = Answers.Status(500);
        using var client = Client();
        using var asking = source.StartActivity("ask")!;
        await AskAsync(client, stream: false);
        asking.Stop();
        _backup.Answer = Wire.Stream(Wire.Hello, Wire.End("stop"), Wire.Done);
        using var streaming = source.StartActivity("stream")!;
        await AskAsync(client, stream: true);

        Assert.Equal((Backup, Backup), (asking.GetTagItem(KairosFailoverChatClient.AnsweredBy), streaming.GetTagItem(KairosFailoverChatClient.AnsweredBy)));
    }

    [Fact]
    public void Models_that_cannot_stand_in_for_each_other_are_refused()
    {
        var plain = Provider.ClientOf(Provider.OpenAI, _primary.Url);
        var withTools = Provider.ClientOf(Provider.OpenAI, _primary.Url).AsBuilder().UseFunctionInvocation().Build();

        Assert.Throws<ArgumentException>(() => new KairosFailoverChatClient(_system.Kairos, []));
        Assert.Throws<ArgumentException>(() => new KairosFailoverChatClient(_system.Kairos, [new(Primary, plain), new(Primary, plain)]));
        Assert.Throws<ArgumentException>(() => new KairosFailoverChatClient(_system.Kairos, [new(Primary, withTools)]));
        Assert.Throws<ArgumentException>(() => new KairosFailoverChatClient(_system.Kairos, [new("No Name", plain)]));
    }

    private static Task<ChatResponse> AskAsync(IChatClient client, bool stream) =>
        (stream ? client.GetStreamingResponseAsync("hi").ToChatResponseAsync() : client.GetResponseAsync("hi")).Soon();

    private IChatClient Client(int routes = 3, FailoverOptions? options = null)
    {
        ModelRoute[] backups = [new(Backup, Of(_backup)), new(Last, Of(_last))];
        return Of(_primary).AsBuilder().UseKairosFailover(_system.Kairos, backups[..(routes - 1)], options).Build();
    }

    private static IChatClient Of(MisbehavingServer server) => Provider.ClientOf(Provider.OpenAI, server.Url);
}
