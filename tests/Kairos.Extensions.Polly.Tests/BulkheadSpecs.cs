using Kairos.Extensions.AI.Tests;
using Kairos.Tests.Calls;
using Microsoft.Extensions.Time.Testing;
using Polly;
using Polly.Retry;

namespace Kairos.Extensions.Polly.Tests;

/// <summary>The one setting for calls that holds in a pipeline, too: a component's bulkhead.</summary>
public sealed class BulkheadSpecs : IAsyncLifetime
{
    private readonly Script _held = new(Script.Hold);
    private AgentSystem _system = null!;
    private ResiliencePipeline _pipeline = null!;
    private Task<Outcome<string>> _running = null!;

    public async Task InitializeAsync()
    {
        _system = await AgentSystem.StartAsync(
            new FakeTimeProvider(), options => options.Component("llm", c => c with { Call = c.Call with { MaxConcurrent = 1, MaxQueued = 1 } }));
        _pipeline = new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = 1,
                Delay = TimeSpan.Zero,
                ShouldHandle = new PredicateBuilder().Handle<HttpRequestException>(),
            })
            .AddKairosComponent(_system.Kairos, "llm")
            .Build();
        _running = _pipeline.RunAsync(_held);
        await _held.Held.Soon();
    }

    public async Task DisposeAsync() => await _system.DisposeAsync();

    [Fact]
    public async Task A_call_waits_for_its_place_and_the_next_one_is_rejected()
    {
        var second = new Script("second");
        var waiting = _pipeline.RunAsync(second);
        var third = new Script("third");

        var rejected = Assert.IsType<CallRejectedException>((await _pipeline.RunAsync(third).Soon()).Exception);

        Assert.Equal((RejectionReason.ConcurrencyLimit, "llm"), (rejected.Rejection, rejected.Component));
        Assert.Equal((0, 0, false), (second.Attempts, third.Attempts, waiting.IsCompleted));
        _held.Release();
        Assert.Equal("released", (await _running.Soon()).Result);
        Assert.Equal("second", (await waiting.Soon()).Result);
        Assert.Empty(await _system.ErrorsAsync());
    }

    [Fact]
    public async Task Who_cancels_while_it_waits_leaves_the_queue_and_was_never_called()
    {
        using var cancel = new CancellationTokenSource();
        var second = new Script("second");
        var waiting = _pipeline.RunAsync(second, cancel.Token);
        await cancel.CancelAsync();
        Assert.IsAssignableFrom<OperationCanceledException>((await waiting.Soon()).Exception);

        var third = _pipeline.RunAsync(new Script("third"));
        Assert.False(third.IsCompleted); // its place in the queue is free again
        _held.Release();

        Assert.Equal("third", (await third.Soon()).Result);
        Assert.Equal(0, second.Attempts);
    }

    [Fact]
    public async Task An_attempt_that_fails_gives_its_place_back_before_it_is_repeated()
    {
        _held.Release();
        await _running.Soon();

        Assert.Equal("well", (await _pipeline.RunAsync(new Script(Work.Broken, "well")).Soon()).Result);
        Assert.Equal("well", (await _pipeline.RunAsync(new Script("well")).Soon()).Result);
    }
}
