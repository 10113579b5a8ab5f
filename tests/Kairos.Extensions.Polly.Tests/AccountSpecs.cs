using System.Runtime.ExceptionServices;
using Kairos.Extensions.AI.Tests;
using Kairos.Tests.Calls;
using Microsoft.Extensions.Time.Testing;
using Polly;

namespace Kairos.Extensions.Polly.Tests;

/// <summary>What a component in a pipeline lets through, and what it makes of the outcomes.</summary>
public sealed class AccountSpecs : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private AgentSystem _system = null!;

    public async Task InitializeAsync() => _system = await AgentSystem.StartAsync(_time, null, "llm", "tools/book");

    public async Task DisposeAsync() => await _system.DisposeAsync();

    [Fact]
    public async Task A_rejection_is_an_outcome_that_nobody_threw()
    {
        _system.Kairos["llm"].Isolate();
        await _system.SettleAsync();
        var thrown = new List<Exception>();
        void Note(object? sender, FirstChanceExceptionEventArgs e)
        {
            lock (thrown) thrown.Add(e.Exception);
        }

        AppDomain.CurrentDomain.FirstChanceException += Note;
        var script = new Script("never");
        var outcome = await Pipeline().RunAsync(script).Soon();
        AppDomain.CurrentDomain.FirstChanceException -= Note;

        var open = Assert.IsType<CircuitOpenException>(outcome.Exception);
        Assert.Equal(("llm", CircuitStatus.Open), (open.Component, open.State));
        Assert.Equal(0, script.Attempts);
        lock (thrown) Assert.DoesNotContain(thrown, exception => ReferenceEquals(exception, open));
        Assert.Empty(await _system.ErrorsAsync());
    }

    [Fact]
    public async Task A_failure_has_been_counted_when_it_is_seen_and_is_the_same_exception()
    {
        var pipeline = Pipeline();

        Assert.Same(Work.Broken, (await pipeline.RunAsync(new Script(Work.Broken)).Soon()).Exception);
        Assert.Equal((CircuitStatus.Closed, 1), (_system.Snapshot().Circuit, _system.Snapshot().ConsecutiveFailures));
        Assert.Same(Work.Broken, (await pipeline.RunAsync(new Script(Work.Broken)).Soon()).Exception);
        Assert.Equal(CircuitStatus.Open, _system.Snapshot().Circuit);
        Assert.IsType<CircuitOpenException>((await pipeline.RunAsync(new Script("never")).Soon()).Exception);

        Assert.Equal([ErrorCode.LlmError, ErrorCode.LlmError], (await _system.ErrorsAsync()).Select(error => error.Code));
    }

    [Fact]
    public async Task A_caller_who_cancels_is_no_failure()
    {
        using var cancel = new CancellationTokenSource();
        var script = new Script(Script.Hold);
        var running = Pipeline().RunAsync(script, cancel.Token);
        await script.Held.Soon();

        await cancel.CancelAsync();
        var outcome = await running.Soon();
        var never = await Pipeline().RunAsync(new Script("never"), cancel.Token).Soon();

        Assert.IsAssignableFrom<OperationCanceledException>(outcome.Exception);
        Assert.IsAssignableFrom<OperationCanceledException>(never.Exception);
        Assert.Equal(0, _system.Snapshot().ConsecutiveFailures);
        Assert.Empty(await _system.ErrorsAsync());
    }

    [Fact]
    public async Task A_result_may_be_a_failure_and_reaches_the_caller_all_the_same()
    {
        var pipeline = new ResiliencePipelineBuilder<string>()
            .AddKairosComponent(_system.Kairos, "llm", new KairosComponentOptions<string>
            {
                Judge = text => text == "slow down" ? new KairosError(ErrorCode.RateLimit, text) { RetryAfter = TimeSpan.FromSeconds(7) } : null,
                ShouldHandle = new PredicateBuilder<string>().HandleResult("half").Build(),
            })
            .Build();

        Assert.Equal("whole", (await pipeline.RunAsync(new Script("whole")).Soon()).Result);
        Assert.Empty(await _system.ErrorsAsync());
        Assert.Equal("half", (await pipeline.RunAsync(new Script("half")).Soon()).Result);
        Assert.Equal("slow down", (await pipeline.RunAsync(new Script("slow down")).Soon()).Result);

        Assert.Equal((CircuitStatus.Open, TransitionReason.RateLimit), (_system.Snapshot().Circuit, _system.Snapshot().Last.Reason));
        Assert.Equal(
            [(ErrorCode.LlmError, true), (ErrorCode.RateLimit, true)],
            (await _system.ErrorsAsync()).Select(error => (error.Code, error.Recoverable)));
    }

    [Fact]
    public async Task A_judge_that_throws_has_found_a_failure()
    {
        var mistake = new InvalidDataException("no verdict");
        var pipeline = new ResiliencePipelineBuilder<string>()
            .AddKairosComponent(_system.Kairos, "llm", new KairosComponentOptions<string> { Judge = _ => throw mistake })
            .Build();

        Assert.Same(mistake, (await pipeline.RunAsync(new Script("text")).Soon()).Exception);
        Assert.Single(await _system.ErrorsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Only_a_tool_that_may_be_called_twice_fails_recoverably(bool isIdempotent)
    {
        var pipeline = new ResiliencePipelineBuilder()
            .AddKairosComponent(_system.Kairos, "tools/book", new KairosComponentOptions { IsIdempotent = isIdempotent })
            .Build();

        await pipeline.RunAsync(new Script(new InvalidTimeZoneException("unknown"))).Soon();

        var error = Assert.Single(await _system.ErrorsAsync("tools/book"));
        Assert.Equal((ErrorCode.ToolFailure, isIdempotent), (error.Code, error.Recoverable));
    }

    [Fact]
    public async Task A_classifier_of_ones_own_is_asked()
    {
        var options = new KairosComponentOptions
        {
            Classifier = ErrorClassifier.Default.WithRule((exception, in _) => new KairosError(ErrorCode.Unauthorized, "key") { Verdict = Verdict.Trip }),
        };
        var pipeline = new ResiliencePipelineBuilder().AddKairosComponent(_system.Kairos, "llm", options).Build();

        await pipeline.RunAsync(new Script(Work.Broken)).Soon();

        Assert.Equal((CircuitStatus.Open, TransitionReason.Unauthorized), (_system.Snapshot().Circuit, _system.Snapshot().Last.Reason));
    }

    [Fact]
    public void A_name_that_is_none_is_refused_when_the_pipeline_is_built() => Assert.Throws<ArgumentException>(
        () => new ResiliencePipelineBuilder().AddKairosComponent(_system.Kairos, "Not a name"));

    private ResiliencePipeline Pipeline() => new ResiliencePipelineBuilder().AddKairosComponent(_system.Kairos, "llm").Build();
}
