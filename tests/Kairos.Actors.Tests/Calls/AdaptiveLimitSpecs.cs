using System.Diagnostics.Metrics;
using Kairos.State;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Calls;

/// <summary>What guarded calls teach a limit that finds itself, whichever way they are made.</summary>
public sealed class AdaptiveLimitSpecs : IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly KairosError Refusal = new(ErrorCode.RateLimit, "too many");
    private readonly FakeTimeProvider _time = new();
    private GuardedSystem _system = null!;

    public async Task InitializeAsync() => _system = await GuardedSystem.StartAsync(_time, c => c with
    {
        Breaker = c.Breaker with { ConsecutiveFailures = 1000 },
        Call = c.Call with { MaxConcurrent = CallPolicy.AdaptiveConcurrency, MaxQueued = 100, Adaptive = new AdaptivePolicy { Floor = 2, Ceiling = 12, Initial = 10 } },
    });

    public async Task DisposeAsync() => await _system.DisposeAsync();

    private Bulkhead Bulkhead => _system.Kairos.HandleOf("llm").BulkheadFor(_system.Llm.Snapshot!.Settings.Call)!;

    public static TheoryData<string> Ways => ["TryExecuteAsync", "ExecuteAsync", "a stream", "an empty stream", "EnterAsync"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Answers_raise_it_and_overload_lowers_it_whichever_way_the_calls_are_made(string way)
    {
        Assert.Equal(10, await AskAsync()); // before the first call
        var ends = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = Enumerable.Range(0, 10).Select(_ => CallAsync(way, ends.Task, null)).ToArray();
        Assert.Equal(10, Bulkhead.Active);
        _time.Advance(Second);
        ends.SetResult();
        await Task.WhenAll(calls).Soon();
        Assert.Equal((12, 0), (Bulkhead.Adapted, Bulkhead.Active));

        await CallAsync(way, Task.CompletedTask, Refusal);
        Assert.Equal(10, Bulkhead.Adapted); // 10.8
        Assert.Equal(0, Bulkhead.Active);
    }

    [Theory]
    [InlineData(ErrorCode.RateLimit, null, 9)]
    [InlineData(ErrorCode.Timeout, null, 9)]
    [InlineData(ErrorCode.RateLimit, Verdict.Gate, 9)]
    [InlineData(ErrorCode.RateLimit, Verdict.Trip, 10)] // a quota that is used up
    [InlineData(ErrorCode.Timeout, Verdict.Ignore, 10)]
    [InlineData(ErrorCode.LlmError, null, 10)]
    [InlineData(ErrorCode.InvalidInput, null, 10)]
    public async Task Overload_is_what_fewer_calls_would_help_against(ErrorCode code, Verdict? verdict, int limit)
    {
        await _system.Llm.FailAsync(verdict is { } said ? new KairosError(code, "no") { Verdict = said } : new KairosError(code, "no"));

        Assert.Equal(limit, Bulkhead.Adapted);
    }

    [Theory]
    [InlineData(503, 9)]
    [InlineData(529, 9)]
    [InlineData(429, 9)]
    [InlineData(504, 9)]
    [InlineData(500, 10)]
    [InlineData(402, 10)]
    public async Task A_provider_says_overload_by_its_status(int status, int limit)
    {
        await _system.Llm.TryExecuteAsync<int>(
            _ => throw new HttpRequestException("no", null, (System.Net.HttpStatusCode)status), CancellationToken.None);

        Assert.Equal(limit, Bulkhead.Adapted);
    }

    [Fact]
    public async Task A_cancelled_caller_teaches_it_nothing()
    {
        using var caller = new CancellationTokenSource();
        var (_, ends) = await HeldCall.BeginAsync(_system.Llm, caller.Token);
        _time.Advance(Second);
        await caller.CancelAsync();

        Assert.Equal(CallStatus.Ignored, (await ends.Soon()).Status);
        Assert.Equal((10, 0), (Bulkhead.Adapted, Bulkhead.Active));
    }

    [Fact]
    public async Task Each_attempt_counts_not_the_call_as_a_whole()
    {
        var settings = _system.Llm.Snapshot!.Settings;
        _system.Llm.Reconfigure(settings with { Call = settings.Call with { Retry = new RetryPolicy { MaxAttempts = 3, InitialDelay = TimeSpan.Zero, Jitter = 0 } } });
        await _system.SettleAsync();
        await _system.Llm.TryExecuteAsync(ScriptedCall.RunAsync, new ScriptedCall(Refusal, Refusal), new GuardedCallOptions { IsIdempotent = true });

        Assert.Equal(8, Bulkhead.Adapted); // 8.1: two refusals, and nothing of the call's success
    }

    /// <summary>How long the rest takes is a matter of its length, and of who reads it.</summary>
    [Fact]
    public async Task A_stream_is_timed_to_its_first_element()
    {
        for (var round = 1; round <= 2; round++)
        {
            var (first, rest) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            using var begun = new CountdownEvent(5);
            var streams = Enumerable.Range(0, 5).Select(_ => ReadAsync(first.Task, begun, rest.Task)).ToArray();
            _time.Advance(Second);
            first.SetResult();
            await Task.Run(() => Assert.True(begun.Wait(TimeSpan.FromSeconds(60)))).Soon();
            _time.Advance(600 * Second);
            Assert.Equal(round == 1 ? 10 : 12, Bulkhead.Adapted);
            rest.SetResult();
            await Task.WhenAll(streams).Soon();
            Assert.Equal(round == 1 ? 10 : 12, Bulkhead.Adapted); // ten calls are judged, not five that are told twice
        }

        async Task ReadAsync(Task first, CountdownEvent begun, Task rest)
        {
            await foreach (var number in _system.Llm.ExecuteStreamAsync(_ => Numbers(first, rest)))
            {
                if (number == 1) begun.Signal();
            }
        }

        static async IAsyncEnumerable<int> Numbers(Task first, Task rest)
        {
            await first;
            yield return 1;
            await rest;
            yield return 2;
        }
    }

    [Fact]
    public async Task Who_is_rejected_is_told_that_it_is_as_many_as_the_component_can_take()
    {
        await ReconfigureAsync(call => call with { MaxQueued = 0, Adaptive = new AdaptivePolicy { Initial = 1 } });
        await ReconfigureAsync(call => call with { Adaptive = new AdaptivePolicy { Ceiling = 1 } });
        var (held, ends) = await HeldCall.BeginAsync(_system.Llm);

        var rejected = await Assert.ThrowsAsync<CallRejectedException>(() => _system.Llm.ExecuteAsync(Act.Succeed, 1).AsTask());

        Assert.Equal(RejectionReason.ConcurrencyLimit, rejected.Rejection);
        Assert.Equal("'llm' was not called: as many as it can take now calls run (call.max-concurrent), and the queue is full (call.max-queued) or took too long.", rejected.Message);
        held.Succeed();
        await ends.Soon();
    }

    [Fact]
    public async Task It_is_seen_where_it_is_adaptive_and_so_is_who_runs_and_waits()
    {
        Assert.Empty(Read(MetricNames.CallsLimit)); // nobody has called yet
        await _system.Llm.FailAsync(Refusal);
        Assert.Equal([("llm", 9)], Read(MetricNames.CallsLimit));
        await ReconfigureAsync(call => call with { Adaptive = new AdaptivePolicy { Ceiling = 1 } });
        var (held, ends) = await HeldCall.BeginAsync(_system.Llm);
        var waiting = _system.Llm.SucceedAsync().AsTask();

        Assert.Equal(
            [("llm", 1), ("llm", 1), ("llm", 1)], [.. Read(MetricNames.CallsLimit), .. Read(MetricNames.CallsActive), .. Read(MetricNames.CallsQueued)]);
        await ReconfigureAsync(call => call with { MaxConcurrent = 5 });
        Assert.True((await waiting.Soon()).IsSuccess); // let through by the new settings: the other one still runs
        Assert.Empty(Read(MetricNames.CallsLimit));
        Assert.Equal([("llm", 1)], Read(MetricNames.CallsActive));
        held.Succeed();
        await ends.Soon();
    }

    [Fact]
    public async Task Settings_that_take_the_limit_away_let_all_go_on_who_wait()
    {
        await ReconfigureAsync(call => call with { Adaptive = new AdaptivePolicy { Ceiling = 1 } });
        var (held, ends) = await HeldCall.BeginAsync(_system.Llm);
        var waiting = Enumerable.Range(0, 5).Select(_ => _system.Llm.SucceedAsync().AsTask()).ToArray();

        await ReconfigureAsync(_ => new CallPolicy());

        Assert.All(await Task.WhenAll(waiting).Soon(), outcome => Assert.True(outcome.IsSuccess));
        Assert.True((await _system.Llm.SucceedAsync()).IsSuccess);
        held.Succeed();
        Assert.True((await ends.Soon()).IsSuccess);
    }

    private async Task ReconfigureAsync(Func<CallPolicy, CallPolicy> change)
    {
        var settings = _system.Llm.Snapshot!.Settings;
        _system.Llm.Reconfigure(settings with { Call = change(settings.Call) });
        await _system.SettleAsync();
    }

    /// <summary>The limit, once a call has asked for it.</summary>
    private async Task<int?> AskAsync()
    {
        using var caller = new CancellationTokenSource();
        var (_, ends) = await HeldCall.BeginAsync(_system.Llm, caller.Token);
        await caller.CancelAsync();
        await ends.Soon();
        return Bulkhead.Adapted;
    }

    private async Task CallAsync(string way, Task until, KairosError? error)
    {
        switch (way)
        {
            case "TryExecuteAsync":
                await _system.Llm.TryExecuteAsync(_ => EndAsync());
                break;
            case "ExecuteAsync" when error is null:
                await _system.Llm.ExecuteAsync(_ => EndAsync());
                break;
            case "ExecuteAsync":
                await Assert.ThrowsAsync<KairosException>(() => _system.Llm.ExecuteAsync(_ => EndAsync()).AsTask());
                break;
            case "EnterAsync":
                using (var call = await _system.Llm.EnterAsync())
                {
                    await until;
                    if (error is null) call.Succeeded();
                    else await call.FailedAsync(new KairosException(error));
                }

                break;
            default:
                if (error is null) await ReadAsync();
                else await Assert.ThrowsAsync<KairosException>(ReadAsync);
                break;
        }

        async ValueTask<int> EndAsync()
        {
            await until;
            return error is null ? 1 : throw new KairosException(error);
        }

        async Task ReadAsync()
        {
            await foreach (var _ in _system.Llm.ExecuteStreamAsync(_ => Elements()))
            {
            }
        }

        async IAsyncEnumerable<int> Elements()
        {
            await EndAsync();
            if (way == "a stream") yield return 1;
        }
    }

    private List<(string Component, long Value)> Read(string metric)
    {
        var read = new List<(string, long)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter, _system.Kairos.Meter) && instrument.Name == metric) self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => read.Add(((string)tags[0].Value!, value)));
        listener.Start();
        listener.RecordObservableInstruments();
        return read;
    }
}
