using System.Diagnostics;

namespace Kairos.Tests.Calls;

/// <summary>What a trace shows of a guarded call.</summary>
[Collection(Alone.Name)]
public sealed class SpanSpecs : IDisposable
{
    private readonly ObservedTimeProvider _time = new();
    private readonly ActivitySource _source = new("test");
    private readonly List<Activity> _spans = [];
    private readonly List<ActivityListener> _listeners = [];

    [Fact]
    public async Task A_call_has_a_span_that_is_named_after_component_and_operation()
    {
        Listen("Kairos");
        await using var system = await StartAsync();

        await system.Llm.ExecuteAsync(Act.Succeed, 1, new GuardedCallOptions { Operation = "ask" });

        var span = Assert.Single(_spans);
        Assert.Equal(("llm ask", ActivityStatusCode.Unset), (span.DisplayName, span.Status));
        Assert.Equal("llm", span.GetTagItem("component"));
        Assert.Null(span.GetTagItem("error.type"));
        Assert.Empty(span.Events);
    }

    [Fact]
    public async Task What_finally_failed_is_an_error_of_the_span_and_told_on_the_callers_span()
    {
        Listen("Kairos");
        Listen("test");
        await using var system = await StartAsync();
        var error = new KairosError(ErrorCode.RateLimit, "slow down") { Recoverable = false, Attributes = Act.Broken.Attributes.Add("llm.model", "m") };

        Activity caller;
        using (caller = _source.StartActivity("caller")!)
            await Assert.ThrowsAsync<KairosException>(async () => await system.Llm.ExecuteAsync(Act.Fail, error));

        var span = _spans.Single(s => s.DisplayName == "llm call");
        Assert.Equal((ActivityStatusCode.Error, "slow down"), (span.Status, span.StatusDescription));
        Assert.Equal("m", span.GetTagItem("llm.model"));
        var thrown = Assert.Single(span.Events);
        Assert.Equal("exception", thrown.Name);
        Assert.Contains(thrown.Tags, tag => tag.Key == "exception.type" && ((string)tag.Value!).EndsWith(nameof(KairosException), StringComparison.Ordinal));
        foreach (var told in new[] { span, caller })
        {
            Assert.Equal("rate_limit", told.GetTagItem("error.type"));
            Assert.Equal("rate_limit", told.GetTagItem("error.code"));
            Assert.Equal(false, told.GetTagItem("error.recoverable"));
        }

        Assert.Equal(ActivityStatusCode.Unset, caller.Status); // the caller may yet cope with it
        Assert.Equal(caller.SpanId, span.ParentSpanId);
    }

    [Fact]
    public async Task A_retry_is_an_event_and_no_error()
    {
        Listen("Kairos");
        await using var system = await StartAsync();
        var call = system.Llm.ExecuteAsync(ScriptedCall.RunAsync, new ScriptedCall(Act.Broken)).AsTask();
        _time.Advance(await _time.NextDelayAsync());
        await call.Soon();

        var span = Assert.Single(_spans, s => s.DisplayName == "llm call");
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        Assert.Null(span.GetTagItem("error.type"));
        var retry = Assert.Single(span.Events);
        Assert.Equal("retry", retry.Name);
        Assert.Contains(retry.Tags, tag => tag is { Key: "attempt", Value: 1 });
        Assert.Contains(retry.Tags, tag => tag is { Key: "error.code", Value: "llm_error" });
    }

    [Fact]
    public async Task What_a_failed_fallback_threw_is_an_event_without_secrets_and_an_exception_that_throws_itself_does_no_harm()
    {
        Listen("Kairos");
        await using var system = await StartAsync();
        var options = new GuardedCallOptions<KairosError, int>
        {
            IsIdempotent = false,
            Fallbacks = [new((_, _) => throw new InvalidOperationException("Bearer sekrit99sekrit99")), new((_, _) => throw new SpeechlessException())],
        };

        await Assert.ThrowsAsync<KairosException>(() => system.Llm.ExecuteAsync(Act.Fail, Act.Broken, options).AsTask());
        await Assert.ThrowsAsync<SpeechlessException>(() => system.Llm.ExecuteAsync<int, int>((_, _) => throw new SpeechlessException(), 0).AsTask());

        var events = _spans.Where(s => s.DisplayName == "llm call").SelectMany(s => s.Events).ToList();
        Assert.Equal(4, events.Count);
        Assert.DoesNotContain(events.SelectMany(e => e.Tags), tag => tag.Value is string text && text.Contains("sekrit", StringComparison.Ordinal));
        Assert.Equal(2, events.Count(e => e.Tags.Any(tag => tag is { Key: "exception.message", Value: "" })));
    }

    [Fact]
    public async Task A_fallback_that_gives_a_result_leaves_no_error()
    {
        Listen("Kairos");
        await using var system = await StartAsync();
        var options = new GuardedCallOptions<KairosError, int> { IsIdempotent = false, Fallbacks = [new((_, _) => new(2), IsDegraded: true)] };

        Assert.Equal(2, await system.Llm.ExecuteAsync(Act.Fail, Act.Broken, options));

        Assert.Equal(ActivityStatusCode.Unset, Assert.Single(_spans, s => s.DisplayName == "llm call").Status);
    }

    [Fact]
    public async Task A_rejection_is_an_error_of_its_own_kind()
    {
        Listen("Kairos");
        await using var system = await StartAsync();
        system.Llm.Isolate();
        await system.SettleAsync();

        Assert.Equal(CallStatus.Rejected, (await system.Llm.SucceedAsync()).Status);

        var span = Assert.Single(_spans);
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.NotNull(span.GetTagItem("error.type"));
        Assert.Empty(span.Events);
    }

    [Fact]
    public async Task What_a_stream_does_for_any_of_its_elements_is_beneath_its_span_and_the_consumer_is_not()
    {
        Listen("Kairos");
        await using var system = await StartAsync();
        var inside = new List<string?>();

        await foreach (var _ in system.Llm.ExecuteStreamAsync(Elements)) Assert.Null(Activity.Current);

        Assert.Equal(["llm call", "llm call", "llm call"], inside);

        async IAsyncEnumerable<int> Elements([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken _ = default)
        {
            for (var i = 0; i < 3; i++)
            {
                await Task.Yield();
                inside.Add(Activity.Current?.DisplayName);
                yield return i;
            }
        }
    }

    [Fact]
    public async Task A_stream_has_a_span_from_its_beginning_to_its_end()
    {
        Listen("Kairos");
        await using var system = await StartAsync();
        var stream = new HeldStream().Give(1).End(Act.Broken);
        await Assert.ThrowsAsync<KairosException>(async () =>
        {
            await foreach (var _ in system.Llm.ExecuteStreamAsync<HeldStream, int>(HeldStream.RunAsync, stream)) Assert.Empty(_spans);
        });

        var span = Assert.Single(_spans, s => s.DisplayName == "llm call");
        Assert.Equal((ActivityStatusCode.Error, "llm_error"), (span.Status, span.GetTagItem("error.type")));
    }

    [Fact]
    public async Task While_nobody_listens_nothing_is_made_but_the_callers_span_is_told()
    {
        Listen("test");
        await using var system = await StartAsync();
        using var caller = _source.StartActivity("caller")!;

        var current = await system.Llm.ExecuteAsync((_, _) => new ValueTask<Activity?>(Activity.Current), 0);
        await system.Llm.FailAsync(Act.Broken with { Recoverable = false });

        Assert.Same(caller, current);
        Assert.Empty(_spans);
        Assert.Equal("llm_error", caller.GetTagItem("error.code"));
    }

    [Fact]
    public async Task The_span_of_a_call_is_not_left_behind_as_the_callers_current_one()
    {
        Listen("Kairos");
        await using var system = await StartAsync();

        await system.Llm.SucceedAsync();
        Assert.Null(Activity.Current);
        await system.Llm.ExecuteAsync(async (_, _) => { await Task.Yield(); return 1; }, 0);
        Assert.Null(Activity.Current);
    }

    public void Dispose()
    {
        foreach (var listener in _listeners) listener.Dispose();
        _source.Dispose();
    }

    private void Listen(string source)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = candidate => candidate.Name == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                lock (_spans) _spans.Add(span);
            },
        };
        _listeners.Add(listener);
        ActivitySource.AddActivityListener(listener);
    }

    private Task<GuardedSystem> StartAsync() => GuardedSystem.StartAsync(
        _time, c => c with { Call = new CallPolicy { Retry = new RetryPolicy { MaxAttempts = 2, Jitter = 0 } } });

    private sealed class SpeechlessException : Exception
    {
        public override string Message => throw new InvalidOperationException("no message");

        public override string ToString() => throw new InvalidOperationException("no text");
    }
}
