using Kairos.Tests.Calls;

namespace Kairos.Tests.Actors.Workers;

/// <summary>A message to a worker is sent once, whatever comes of it, unless the caller says that it may be sent again.</summary>
public sealed class AskOnceSpecs
{
    private static readonly GuardedCallOptions Idempotent = new() { IsIdempotent = true };
    private readonly WorkerUnderTest _worker = new();

    [Fact]
    public async Task One_that_the_worker_fails_is_sent_once()
    {
        await using var system = await _worker.StartAsync(Retrying);

        await Assert.ThrowsAsync<TimeoutException>(() => system.Llm.AskAsync<string>("fail").AsTask().Soon());
        Assert.Equal(["fail"], _worker.Told);
        Assert.Equal(1, (await system.SettleAsync()).Errors);
    }

    [Fact]
    public async Task One_whose_time_is_up_is_sent_once()
    {
        await using var system = await _worker.StartAsync(c => Retrying(c, TimeSpan.FromSeconds(3)));

        var asking = system.Llm.AskAsync<string>("silence").AsTask();
        await _worker.Time.NextAsync("AttemptToken"); // the attempt's time runs
        _worker.Time.Advance(TimeSpan.FromSeconds(3));

        await Assert.ThrowsAsync<CallTimeoutException>(() => asking.Soon());
        Assert.Equal(1, (await system.SettleAsync()).Errors);
        Assert.Equal("hello 1", await system.Llm.AskAsync<string>("hello").AsTask().Soon());
        Assert.Equal(["silence", "hello"], _worker.Told);
    }

    [Fact]
    public async Task One_whose_time_is_up_before_the_worker_is_back_is_sent_once()
    {
        await using var system = await _worker.StartAsync(c => Retrying(c, TimeSpan.FromMilliseconds(500)));
        var wait = await _worker.CrashAsync(system);

        var asking = system.Llm.AskAsync<string>("silence").AsTask();
        await _worker.Time.NextAsync("AttemptToken");
        _worker.Time.Advance(wait / 2);
        await Assert.ThrowsAsync<CallTimeoutException>(() => asking.Soon());
        _worker.Time.Advance(wait / 2);

        Assert.Equal("hello 1", await system.Llm.AskAsync<string>("hello").AsTask().Soon());
        Assert.Equal(["crash", "silence", "hello"], _worker.Told);
    }

    [Fact]
    public async Task Options_that_say_so_have_it_sent_again()
    {
        await using var system = await _worker.StartAsync(Retrying);

        Assert.Equal("at last", await system.Llm.AskAsync<string>("fail once", Idempotent).AsTask().Soon());
        Assert.Equal(["fail once", "fail once"], _worker.Told);
        Assert.Equal(1, (await system.SettleAsync()).Errors);
    }

    [Fact]
    public async Task Options_that_say_nothing_of_it_have_it_sent_once()
    {
        await using var system = await _worker.StartAsync(Retrying);

        await Assert.ThrowsAsync<TimeoutException>(() =>
            system.Llm.AskAsync<string>("fail", Idempotent with { IsIdempotent = false, Operation = "ask" }).AsTask().Soon());
        Assert.Equal(["fail"], _worker.Told);
    }

    [Fact]
    public async Task Without_an_attempts_limit_it_ends_after_the_ask_timeout()
    {
        await using var system = await _worker.StartAsync(Retrying);

        var asking = system.Llm.AskAsync<string>("silence").AsTask();
        Assert.Equal(61, (await _worker.Time.NextAsync("CancellationTokenSource")).TotalSeconds);
        _worker.Time.Advance(TimeSpan.FromSeconds(61));

        var exception = await Assert.ThrowsAsync<TimeoutException>(() => asking.Soon());
        Assert.Equal("'llm' did not answer within 61 s (kairos.ask-timeout).", exception.Message);
        Assert.Equal(1, (await system.SettleAsync()).Errors);
    }

    [Fact]
    public async Task An_attempts_limit_is_the_only_one_also_where_it_is_long()
    {
        await using var system = await _worker.StartAsync(c => Retrying(c, TimeSpan.FromMinutes(10)));
        var hold = new WorkerUnderTest.Hold();

        var asking = system.Llm.AskAsync<string>(hold).AsTask();
        await hold.Begun.Task.Soon();
        _worker.Time.Advance(TimeSpan.FromMinutes(9));
        hold.End.SetResult();

        await Assert.ThrowsAsync<WorkerUnavailableException>(() => asking.Soon()); // it was waited for until then
    }

    [Fact]
    public async Task A_caller_who_cancels_blames_nobody()
    {
        await using var system = await _worker.StartAsync(Retrying);
        using var caller = new CancellationTokenSource();

        var asking = system.Llm.AskAsync<string>("silence", caller.Token).AsTask();
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.Soon());
        Assert.Equal(0, (await system.SettleAsync()).Errors);
    }

    private static ComponentSettings Retrying(ComponentSettings settings) => Retrying(settings, Timeout.InfiniteTimeSpan);

    private static ComponentSettings Retrying(ComponentSettings settings, TimeSpan attempt) => settings with
    {
        Call = settings.Call with
        {
            AttemptTimeout = attempt,
            Retry = new RetryPolicy { MaxAttempts = 3, InitialDelay = TimeSpan.Zero, Budget = 0 },
        },
    };
}
