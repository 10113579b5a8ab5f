using Kairos.Extensions.AI.Tests;
using Kairos.Tests.Calls;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Kairos.Extensions.Agents.Tests;

/// <summary>Runs and streams of an agent as calls of its component: what is counted where, what is repeated, what a run may spend.</summary>
public sealed class AgentRunSpecs : IAsyncLifetime
{
    private const string Researcher = "agents/researcher";
    private AgentSystem _system = null!;

    public async Task InitializeAsync() => _system = await AgentSystem.StartAsync(TimeProvider.System, null, "llm", Researcher);

    public async Task DisposeAsync() => await _system.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_is_a_call_of_the_agents_component_and_the_model_keeps_its_own(bool streams)
    {
        var agent = Guard(Over(ScriptedModel.Saying("hello")));

        Assert.Equal("hello", await SayAsync(agent, streams));

        await _system.SettleAsync();
        Assert.Equal((1, 1), (Counts(Researcher).Successes, Counts("llm").Successes));
        Assert.Equal(Researcher, agent.GetService<ComponentGuard>()?.Component);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_model_failed_with_is_the_models_and_opens_only_its_circuit(bool streams)
    {
        var agent = Guard(Over(new ScriptedModel((_, _) => throw new HttpRequestException("down"))), new AgentGuardOptions { IsIdempotent = true });

        for (var i = 0; i < 2; i++)
        {
            var failure = await Assert.ThrowsAsync<ModelFailedException>(() => SayAsync(agent, streams));
            Assert.Equal("llm", failure.Component);
        }

        Assert.Equal("llm", (await Assert.ThrowsAsync<CircuitOpenException>(() => SayAsync(agent, streams))).Component);
        Assert.Equal(2, (await _system.ErrorsAsync("llm")).Count);
        Assert.Empty(await _system.ErrorsAsync(Researcher));
        Assert.Equal(3, Counts(Researcher).Ignored);
        Assert.Equal((CircuitStatus.Open, CircuitStatus.Closed), (_system.Snapshot("llm").Circuit, _system.Snapshot(Researcher).Circuit));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_agent_itself_fails_with_counts_until_its_runs_are_not_made(bool streams)
    {
        var inner = new FaultyAgent(Over(ScriptedModel.Saying("hello")), failures: int.MaxValue);
        var agent = Guard(inner);

        for (var i = 0; i < 2; i++) await Assert.ThrowsAsync<IOException>(() => SayAsync(agent, streams));

        Assert.Equal(Researcher, (await Assert.ThrowsAsync<CircuitOpenException>(() => SayAsync(agent, streams))).Component);
        Assert.Equal(2, inner.Runs); // none is repeated unless the options say that it may be
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failure_that_the_agent_throws_again_counts_each_time(bool streams)
    {
        var agent = Guard(new FaultyAgent(Over(ScriptedModel.Saying("hello")), failures: int.MaxValue) { Failure = new IOException("stored") });

        for (var i = 0; i < 2; i++) await Assert.ThrowsAsync<IOException>(() => SayAsync(agent, streams));

        await Assert.ThrowsAsync<CircuitOpenException>(() => SayAsync(agent, streams));
    }

    [Fact]
    public async Task What_an_agent_beneath_fails_with_is_that_agents_and_what_was_made_of_it_stays()
    {
        var beneath = new FaultyAgent(Over(ScriptedModel.Saying("hello")), failures: 1).AsBuilder().UseKairos(_system.Kairos, "agents/helper").Build();

        var failure = await Assert.ThrowsAsync<IOException>(() => SayAsync(Guard(beneath), streams: false));

        Assert.Equal(Verdict.Count, AgentErrors.ErrorOf(failure)?.Verdict);
        await _system.SettleAsync();
        Assert.Equal((1, 0), (_system.Snapshot("agents/helper").Errors, _system.Snapshot(Researcher).Errors));
    }

    [Fact]
    public async Task What_an_agent_throws_because_its_model_failed_is_the_models_too()
    {
        var model = new ScriptedModel((_, _) => throw new HttpRequestException("down"));
        var failure = await Assert.ThrowsAsync<ModelFailedException>(() => SayAsync(Guard(Over(model)), streams: false));
        var wrapping = new FaultyAgent(Over(ScriptedModel.Saying("hello")), failures: 1) { Failure = new InvalidOperationException("No answer.", failure) };

        await Assert.ThrowsAsync<InvalidOperationException>(() => SayAsync(Guard(wrapping), streams: false));

        await _system.SettleAsync();
        Assert.Equal((1, 0, 2), (_system.Snapshot("llm").Errors, _system.Snapshot(Researcher).Errors, Counts(Researcher).Ignored));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_session_that_cannot_be_put_back_has_its_runs_made_once_and_the_log_says_so_once(bool streams)
    {
        await AllowRetriesAsync();
        var inner = new FaultyAgent(Over(ScriptedModel.Saying("hello")), failures: 0);
        var log = new FakeLogCollector();
        var services = new ServiceCollection().AddSingleton<ILoggerFactory>(new LoggerFactory([new FakeLoggerProvider(log)])).BuildServiceProvider();
        var agent = inner.AsBuilder().UseKairos(_system.Kairos, Researcher, new AgentGuardOptions { IsIdempotent = true }).Build(services);
        var session = await agent.CreateSessionAsync();
        session.StateBag.SetValue("unwritable", new Unwritable());

        Assert.Equal("hello", await SayAsync(agent, streams, session));
        inner.Failures = 1;
        await Assert.ThrowsAsync<IOException>(() => SayAsync(agent, streams, session));

        Assert.Equal(2, inner.Runs);
        Assert.Equal([43], log.GetSnapshot().Select(line => line.Id.Id));
        Assert.Contains("'agents/researcher'", log.LatestRecord.Message, StringComparison.Ordinal);
    }

    /// <summary>What JSON cannot hold: it contains itself.</summary>
    private sealed class Unwritable
    {
        public Unwritable Self => this;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_that_is_made_again_finds_its_session_as_it_was(bool streams)
    {
        await AllowRetriesAsync();
        var inner = new FaultyAgent(Over(ScriptedModel.Saying("hello")), failures: 0);
        var agent = Guard(inner, new AgentGuardOptions { IsIdempotent = true });
        var session = await agent.CreateSessionAsync();
        await SayAsync(agent, streams, session); // there is something in it
        inner.Failures = 2;

        Assert.Equal("hello", await SayAsync(agent, streams, session));

        Assert.Equal(["hi", "hello", "hi", "hello"], Thread(inner, session));
        Assert.False(session.StateBag.TryGetValue<string>(FaultyAgent.Leftover, out _));
        Assert.Equal(4, inner.Runs);
        await _system.SettleAsync();
        Assert.Equal((2, 2), (_system.Snapshot(Researcher).Errors, _system.Snapshot(Researcher).Recovered));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Retries_of_the_model_are_not_multiplied_by_those_of_the_agent(bool streams)
    {
        await AllowRetriesAsync();
        var model = new ScriptedModel((_, _) => throw new HttpRequestException("down"));
        var agent = Guard(Over(model), new AgentGuardOptions { IsIdempotent = true });

        await Assert.ThrowsAsync<ModelFailedException>(() => SayAsync(agent, streams));

        Assert.Equal(3, model.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_spends_no_more_attempts_than_it_may_whatever_it_calls(bool streams)
    {
        var model = new ScriptedModel((_, _) => ScriptedModel.CallOf("search")); // for ever
        var agent = Guard(Over(model, AIFunctionFactory.Create(() => "found", "search")), new AgentGuardOptions { MaxAttempts = 6 });

        var rejected = await Assert.ThrowsAsync<CallRejectedException>(() => SayAsync(agent, streams));

        Assert.Equal(RejectionReason.BudgetExhausted, rejected.Rejection);
        Assert.Equal(3, model.Requests); // its own attempt, and three of the model with two of the tool between them
    }

    [Fact]
    public async Task A_caller_who_cancels_is_nobodys_failure()
    {
        using var cancelled = new CancellationTokenSource();
        var model = new ScriptedModel((_, _) =>
        {
            cancelled.Cancel();
            throw new OperationCanceledException(cancelled.Token);
        });
        var agent = Guard(Over(model));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => agent.RunAsync("hi", cancellationToken: cancelled.Token));

        Assert.Empty(await _system.ErrorsAsync("llm"));
        Assert.Empty(await _system.ErrorsAsync(Researcher));
    }

    [Fact]
    public void An_agent_that_is_set_up_wrongly_says_so()
    {
        var inner = Over(ScriptedModel.Saying("hello"));
        var services = new ServiceCollection().BuildServiceProvider();
        Assert.Contains("AddKairos", Assert.Throws<InvalidOperationException>(
            () => inner.AsBuilder().UseKairos(Researcher).Build(services).GetService<ComponentGuard>()).Message, StringComparison.Ordinal);
        Assert.Contains("Agents!", Assert.Throws<ArgumentException>(() => inner.AsBuilder().UseKairos(_system.Kairos, "Agents!").Build()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new AgentGuardOptions { MaxAttempts = 0 });
    }

    /// <summary>Three attempts for the agent and for the model, and circuits that stay closed.</summary>
    private async Task AllowRetriesAsync()
    {
        foreach (var component in new[] { "llm", Researcher })
        {
            _system.Kairos.Reconfigure(settings => settings.With(component, c => c with
            {
                Breaker = c.Breaker with { ConsecutiveFailures = 100 },
                Call = c.Call with { Retry = new RetryPolicy { MaxAttempts = 3, InitialDelay = TimeSpan.FromMilliseconds(1), Jitter = 0, Budget = 0 } },
            }));
        }

        await _system.SettleAsync();
    }

    private static async Task<string> SayAsync(AIAgent agent, bool streams, AgentSession? session = null)
    {
        if (!streams) return (await agent.RunAsync("hi", session).Soon()).Text;
        var text = "";
        await foreach (var update in agent.RunStreamingAsync("hi", session)) text += update.Text;
        return text;
    }

    private static IEnumerable<string> Thread(AIAgent agent, AgentSession session) =>
        agent.GetService<InMemoryChatHistoryProvider>()!.GetMessages(session).Select(message => message.Text);

    private AIAgent Guard(AIAgent inner, AgentGuardOptions? options = null) => inner.AsBuilder().UseKairos(_system.Kairos, Researcher, options).Build();

    /// <summary>An agent over a guarded model, with guarded tools.</summary>
    private ChatClientAgent Over(IChatClient model, params AITool[] tools) =>
        new(model.AsBuilder().UseKairos(_system.Kairos).Build(), tools: tools.WithKairos(_system.Kairos));

    private (long Successes, long Failures, long Ignored) Counts(string component)
    {
        var totals = ((Kairos.Hosting.KairosInstance)_system.Kairos).HandleOf(component).Ledger.Totals;
        return (totals.Success, totals.Failure, totals.Ignored);
    }
}
