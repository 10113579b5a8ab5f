namespace Kairos.Tests.Calls;

/// <summary>How a stream is scored, and by whom it is ended.</summary>
public sealed class StreamSpecs
{
    private readonly ObservedTimeProvider _time = new();
    private readonly HeldStream _stream = new();

    [Fact]
    public async Task A_stream_is_scored_at_its_end()
    {
        await using var system = await StartAsync();
        _stream.Give(1, 2);
        await using var elements = Run(system).GetAsyncEnumerator();

        Assert.True(await elements.MoveNextAsync() && await elements.MoveNextAsync());
        Assert.Equal(0, system.Ledger.TotalMade);
        _stream.End();
        Assert.False(await elements.MoveNextAsync());
        Assert.Equal((1, 1), (system.Ledger.Successes.Total, system.Ledger.TotalMade));
    }

    [Fact]
    public async Task An_error_in_mid_stream_is_a_failure_that_its_consumer_sees()
    {
        await using var system = await StartAsync();
        _stream.Give(1).End(Act.Broken);
        var seen = new List<int>();

        var exception = await Assert.ThrowsAsync<KairosException>(() => ReadAsync(Run(system), seen));

        Assert.Same(Act.Broken, exception.Error);
        Assert.Equal([1], seen);
        Assert.Equal((1, 0), (_stream.Attempts, _time.Pending("Delay")));
        Assert.Equal((1, 1), ((await system.SettleAsync()).ConsecutiveFailures, system.Ledger.Failures.Total));
    }

    [Fact]
    public async Task A_stream_is_retried_until_its_first_element_and_what_failed_is_left()
    {
        await using var system = await StartAsync();
        var broken = new BrokenStream(2, Act.Broken);
        var seen = new List<int>();
        var reading = ReadAsync(system.Llm.ExecuteStreamAsync<BrokenStream, int>((stream, _) => stream, broken), seen);
        for (var i = 1; i <= 2; i++)
        {
            var wait = await _time.NextDelayAsync();
            Assert.Equal(i, broken.Left);
            _time.Advance(wait);
        }

        await reading.Soon();
        Assert.Equal([1, 2], seen);
        Assert.Equal((3, 3), (broken.Attempts, broken.Left));
        Assert.Equal((2, 2), ((await system.SettleAsync()).Errors, system.Llm.Snapshot!.Recovered));
        Assert.Equal((1, 1), (system.Ledger.Successes.Total, system.Ledger.TotalMade));
    }

    [Fact]
    public async Task The_first_element_must_come_in_time()
    {
        await using var system = await StartAsync(c => c with { StreamFirstElement = TimeSpan.FromSeconds(5) });
        var reading = ReadAsync(Run(system));
        await _stream.AskedAsync();
        _time.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
        Assert.False(reading.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal("'llm' did not answer within 5s (call.stream.first-element).", (await Assert.ThrowsAsync<CallTimeoutException>(() => reading.Soon())).Message);
        Assert.Equal(1, await TimeoutsAsync(system));
    }

    [Fact]
    public async Task The_next_element_must_come_in_time_too()
    {
        await using var system = await StartAsync(c => c with { StreamMaxGap = TimeSpan.FromSeconds(2) });
        var reading = ReadAsync(Run(system));
        await _stream.AskedAsync();
        _time.Advance(TimeSpan.FromHours(1)); // the first one may take its time
        _stream.Give(1);
        await _stream.AskedAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        _stream.Give(2);
        await _stream.AskedAsync();
        _time.Advance(TimeSpan.FromSeconds(2) - TimeSpan.FromTicks(1));
        Assert.False(reading.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal("'llm' did not answer within 2s (call.stream.max-gap).", (await Assert.ThrowsAsync<CallTimeoutException>(() => reading.Soon())).Message);
        Assert.Equal(1, await TimeoutsAsync(system));
    }

    [Fact]
    public async Task The_time_that_the_consumer_takes_is_not_the_components()
    {
        await using var system = await StartAsync(c => c with { StreamMaxGap = TimeSpan.FromSeconds(2), StreamFirstElement = TimeSpan.FromSeconds(2) });
        _stream.Give(1, 2).End();
        var seen = 0;
        await foreach (var _ in Run(system))
        {
            seen++;
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal((2, 1), (seen, system.Ledger.Successes.Total));
    }

    [Fact]
    public async Task A_consumer_who_stops_early_is_neutral_and_gives_its_probe_call_back()
    {
        await using var system = await StartAsync();
        await OpenAsync(system);
        _time.Advance(TimeSpan.FromSeconds(30));
        await system.SettleAsync();
        _stream.Give(1, 2);
        await foreach (var _ in Run(system))
        {
            Assert.Equal(CallStatus.Rejected, (await system.Llm.SucceedAsync()).Status);
            break;
        }

        Assert.True(_stream.IsLeft);
        Assert.Equal(CircuitStatus.HalfOpen, (await system.SettleAsync()).Circuit);
        Assert.Equal((1, 1), (system.Ledger.Ignored.Total, system.Llm.Snapshot!.Errors));
        Assert.True((await system.Llm.SucceedAsync()).IsSuccess);
    }

    [Fact]
    public async Task A_stream_that_ends_in_good_order_may_have_failed_all_the_same()
    {
        await using var system = await StartAsync();
        var cut = Act.Broken with { Recoverable = false };
        var options = new StreamOptions<int> { Judge = (count, last) => (count, last) == (2, 8) ? cut : null };
        _stream.Give(7, 8).End();

        Assert.Same(cut, (await Assert.ThrowsAsync<KairosException>(() => ReadAsync(Run(system, options)))).Error);
        Assert.Equal((1, 1), (system.Llm.Snapshot!.ConsecutiveFailures, system.Ledger.Failures.Total));
    }

    [Fact]
    public async Task A_judge_who_throws_is_a_failure_and_keeps_no_probe_call()
    {
        await using var system = await StartAsync();
        await OpenAsync(system);
        _time.Advance(TimeSpan.FromSeconds(30));
        var options = new StreamOptions<int> { IsIdempotent = false, Judge = (_, _) => throw new InvalidOperationException("who am I to judge") };
        _stream.End();

        await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync(Run(system, options)));
        Assert.Equal((CircuitStatus.Open, TransitionReason.ProbeFailed), ((await system.SettleAsync()).Circuit, system.Llm.Snapshot!.Last.Reason));
    }

    [Fact]
    public async Task A_caller_who_cancels_blames_nobody()
    {
        await using var system = await StartAsync();
        using var caller = new CancellationTokenSource();
        var reading = ReadAsync(Run(system, cancellationToken: caller.Token));
        await _stream.AskedAsync();
        _stream.Give(1);
        await _stream.AskedAsync();
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.Soon());
        Assert.True(_stream.IsLeft);
        Assert.Equal((0, 1), ((await system.SettleAsync()).Errors, system.Ledger.Ignored.Total));
    }

    [Fact]
    public async Task While_the_circuit_is_open_no_stream_is_begun()
    {
        await using var system = await StartAsync();
        await OpenAsync(system);

        await Assert.ThrowsAsync<CircuitOpenException>(() => ReadAsync(Run(system)));
        Assert.Equal((0, 1), (_stream.Attempts, system.Ledger.Rejected));
    }

    private IAsyncEnumerable<int> Run(GuardedSystem system, StreamOptions<int>? options = null, CancellationToken cancellationToken = default) =>
        system.Llm.ExecuteStreamAsync<HeldStream, int>(HeldStream.RunAsync, _stream, options, cancellationToken);

    private static async Task ReadAsync(IAsyncEnumerable<int> elements, List<int>? seen = null)
    {
        await foreach (var element in elements) seen?.Add(element);
    }

    private static async Task<long> TimeoutsAsync(GuardedSystem system)
    {
        await system.SettleAsync();
        return system.Kairos.MetricsOf("llm").Errors.Select(series => series.Measure())
            .Where(m => m.Tags.ToArray().Any(tag => (string?)tag.Value == "timeout")).Sum(m => m.Value);
    }

    private Task<GuardedSystem> StartAsync(Func<CallPolicy, CallPolicy>? change = null) => GuardedSystem.StartAsync(_time, c => c with
    {
        Breaker = c.Breaker with { ConsecutiveFailures = 3 },
        Call = (change ?? (call => call))(new CallPolicy
        {
            Retry = new RetryPolicy { MaxAttempts = change is null ? 3 : 1, Jitter = 0, Budget = 0 },
        }),
    });

    private static async Task OpenAsync(GuardedSystem system)
    {
        await system.Llm.FailAsync(Act.Broken with { Verdict = Verdict.Trip, Recoverable = false });
        Assert.Equal(CircuitStatus.Open, system.Llm.Snapshot!.Circuit);
    }
}
