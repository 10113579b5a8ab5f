using Microsoft.Extensions.AI;

namespace Kairos.Testing.Tests.Injection;

/// <summary>Faults strike inside the guard: what follows is real.</summary>
public sealed class InjectionSpecs
{
    private static readonly Faults Always = Faults.ErrorRate(1);

    [Fact]
    public async Task Calls_fail_are_counted_and_open_the_circuit_and_what_is_called_is_not_reached()
    {
        await using var kairos = KairosTest.Start(Calls.Strict);
        await kairos.InjectAsync("llm", Faults.ErrorRate(1, ErrorCode.Timeout));
        var reached = 0;

        for (var call = 0; call < 2; call++)
        {
            var failure = await Assert.ThrowsAsync<KairosException>(() => kairos["llm"].ExecuteAsync(_ => new ValueTask<int>(reached++)).AsTask());
            Assert.Equal((ErrorCode.Timeout, "A fault on request."), (failure.Error.Code, failure.Error.Message));
        }

        await kairos["llm"].ShouldOpenAsync();
        Assert.Equal(0, reached);
        Assert.Equal(2, kairos.Metrics.Total(MetricNames.Errors, component: "llm", ("error.code", "timeout")));
        await kairos["tools"].SucceedAsync(); // nobody else is struck
    }

    [Fact]
    public async Task Every_attempt_of_a_call_is_struck_by_itself()
    {
        await using var kairos = KairosTest.Start("kairos.defaults { breaker.consecutive-failures = 0, call.retry { max-attempts = 30, budget = 0.0 } }");
        await kairos.InjectAsync("llm", Faults.ErrorRate(0.5).Seed(1));

        for (var call = 0; call < 20; call++) await kairos.AdvanceUntilAsync(kairos["llm"].SucceedAsync().AsTask());

        var errors = kairos.Metrics.Total(MetricNames.Errors, component: "llm");
        Assert.InRange(errors, 5, 60);
        Assert.Equal(errors, kairos.Metrics.Total(MetricNames.ErrorsRecovered, component: "llm"));
    }

    [Fact]
    public async Task A_rate_limit_with_a_wait_opens_the_circuit_for_as_long()
    {
        await using var kairos = KairosTest.Start(Calls.Once);
        await kairos.InjectAsync("llm", Faults.ErrorRate(1, ErrorCode.RateLimit).RetryAfter(TimeSpan.FromSeconds(7)));

        await kairos["llm"].TryExecuteAsync(static _ => new ValueTask<int>(1));

        var open = await kairos["llm"].ShouldOpenAsync();
        Assert.Equal((TransitionReason.RateLimit, kairos.Time.GetUtcNow() + TimeSpan.FromSeconds(7)), (open.Last.Reason, open.OpenUntil));
    }

    [Fact]
    public async Task Latency_takes_virtual_time_and_a_limit_of_the_call_ends_it()
    {
        await using var kairos = KairosTest.Start("kairos.defaults.call { attempt-timeout = 5s, retry.max-attempts = 1 }");
        await kairos.InjectAsync("memory", Faults.None.Latency(TimeSpan.FromSeconds(3)));
        await kairos.InjectAsync("tools", Faults.None.Latency(TimeSpan.FromSeconds(6)));
        var slow = kairos["memory"].SucceedAsync().AsTask();
        var late = kairos["tools"].SucceedAsync().AsTask();

        await kairos.AdvanceAsync(TimeSpan.FromSeconds(2.9));
        Assert.False(slow.IsCompleted);
        await kairos.AdvanceAsync(TimeSpan.FromSeconds(2.1));

        Assert.Equal(1, await slow.Soon());
        await Assert.ThrowsAsync<CallTimeoutException>(() => late.Soon());
    }

    [Fact]
    public async Task Streams_and_calls_that_are_entered_are_struck_too()
    {
        await using var kairos = KairosTest.Start(Calls.Once);
        await kairos.InjectAsync("llm", Always);

        await Assert.ThrowsAsync<KairosException>(async () =>
        {
            await foreach (var _ in kairos["llm"].ExecuteStreamAsync(static _ => AsyncEnumerable.Range(0, 3))) Assert.Fail("an element came through");
        });
        await Assert.ThrowsAsync<KairosException>(() => kairos["llm"].EnterAsync().AsTask());

        Assert.Equal(2, kairos.Metrics.Total(MetricNames.Errors, component: "llm"));
        Assert.Equal(2, kairos.Metrics.Total(MetricNames.Calls, component: "llm", ("outcome", "failure")));
    }

    [Fact]
    public async Task A_call_that_is_entered_and_spared_goes_on()
    {
        await using var kairos = KairosTest.Start();
        await kairos.InjectAsync("llm", Faults.None.Latency(TimeSpan.FromSeconds(1)));
        var entering = kairos["llm"].EnterAsync().AsTask();

        await kairos.AdvanceAsync(TimeSpan.FromSeconds(1));
        using (var call = await entering.Soon()) call.Succeeded();

        Assert.Equal(1, kairos.Metrics.Total(MetricNames.Calls, component: "llm", ("outcome", "success")));
    }

    [Fact]
    public async Task Guarded_models_and_tools_are_struck_through_their_guards()
    {
        await using var kairos = KairosTest.Start(Calls.Once);
        await kairos.InjectAsync("llm", Faults.ErrorRate(1, ErrorCode.RateLimit));
        await kairos.InjectAsync("tools", Always);
        using var model = new SilentModel();
        using var client = model.AsBuilder().UseKairos(kairos).Build();
        var tool = AIFunctionFactory.Create(() => "noon", "clock").WithKairos(kairos);

        var failure = await Assert.ThrowsAsync<ModelFailedException>(() => client.GetResponseAsync("hello"));
        await Assert.ThrowsAsync<ModelFailedException>(async () => await client.GetStreamingResponseAsync("hello").ToListAsync());
        await Assert.ThrowsAsync<KairosException>(() => tool.InvokeAsync().AsTask());

        Assert.Equal(ErrorCode.RateLimit, failure.Code);
        Assert.Equal(0, model.Asked);
        Assert.Equal(2, kairos.Metrics.Total(MetricNames.Errors, component: "llm", ("error.code", "rate_limit")));
        Assert.Equal(1, kairos.Metrics.Total(MetricNames.Errors, component: "tools/clock", ("error.code", "tool_failure")));
    }

    [Fact]
    public async Task What_is_beneath_a_component_has_its_faults_unless_it_has_its_own()
    {
        await using var kairos = KairosTest.Start(Calls.Once);
        await kairos.InjectAsync("tools", Always);
        await kairos["tools/clock"].InjectAsync(Faults.None);

        await kairos["tools/clock"].SucceedAsync();
        await Assert.ThrowsAsync<KairosException>(() => kairos["tools/search"].SucceedAsync().AsTask()); // made by this call
        await kairos["tools/clock"].InjectAsync(null);
        await Assert.ThrowsAsync<KairosException>(() => kairos["tools/clock"].SucceedAsync().AsTask());
    }

    [Fact]
    public async Task They_can_be_changed_and_taken_away_and_each_time_it_is_logged()
    {
        await using var kairos = KairosTest.Start(Calls.Once, options => options.Inject("llm", Faults.ErrorRate(0.25, ErrorCode.Timeout).Seed(3)));

        await kairos.InjectAsync("llm", Always.Latency(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(500)).RetryAfter(TimeSpan.FromSeconds(2)));
        await kairos.InjectAsync("llm", Always.Latency(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(500)).RetryAfter(TimeSpan.FromSeconds(2)));
        await kairos.InjectAsync("llm", null);
        await kairos["llm"].SucceedAsync();
        kairos.Reconfigure(settings => settings.With("llm", c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 9 } }));
        await kairos.DrainAsync();

        Assert.Equal(
            [
                "Warning 15: Faults on request strike llm and what is beneath it: error-rate 0.25, code timeout, seed 3",
                "Warning 15: Faults on request strike llm and what is beneath it: error-rate 1, retry-after 2s, latency 50ms..500ms",
                "Warning 15: Faults on request strike llm and what is beneath it: none any more",
            ],
            kairos.Log.Where(line => line.Contains("Faults", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task They_outlive_a_change_of_the_settings_by_guard_and_as_a_whole()
    {
        await using var kairos = KairosTest.Start(Calls.Once);
        await kairos.InjectAsync("llm", Always);

        kairos["llm"].Reconfigure(new ComponentSettings { Call = new CallPolicy { Retry = new RetryPolicy { MaxAttempts = 1 } } });
        await kairos.DrainAsync();
        await Assert.ThrowsAsync<KairosException>(() => kairos["llm"].SucceedAsync().AsTask());
        kairos.Reconfigure(_ => new KairosSettings { Defaults = new ComponentSettings { Call = new CallPolicy { Retry = new RetryPolicy { MaxAttempts = 1 } } } });
        await kairos.DrainAsync();

        await Assert.ThrowsAsync<KairosException>(() => kairos["llm"].SucceedAsync().AsTask());
    }

    [Fact]
    public async Task Nothing_is_logged_where_nobody_has_asked_for_any()
    {
        await using var kairos = KairosTest.Start();
        await kairos["llm"].SucceedAsync();

        Assert.DoesNotContain(kairos.Log, line => line.Contains("15:", StringComparison.Ordinal));
        Assert.True(kairos["llm"].Snapshot!.IsDirect); // the short way
        await kairos.InjectAsync("llm", Faults.None);
        Assert.False(kairos["llm"].Snapshot!.IsDirect);
    }

    /// <summary>A model that must not be asked.</summary>
    private sealed class SilentModel : IChatClient
    {
        public int Asked { get; private set; }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Asked++;
            return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "hello")));
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Asked++;
            return new[] { new ChatResponseUpdate(ChatRole.Assistant, "hello") }.ToAsyncEnumerable();
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
