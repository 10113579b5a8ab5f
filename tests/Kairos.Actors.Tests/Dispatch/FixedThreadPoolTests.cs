using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Kairos.Dispatch;
using Kairos.Tests.Calls;

namespace Kairos.Tests.Dispatch;

/// <summary>The threads that Kairos' actors run on.</summary>
public sealed class FixedThreadPoolTests : IDisposable
{
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(30);
    private readonly ConcurrentQueue<Exception> _failures = [];
    private readonly FixedThreadPool _pool;

    public FixedThreadPoolTests() => _pool = new FixedThreadPool("pool", 2, _failures.Enqueue);

    public void Dispose() => _pool.Shutdown();

    [Fact]
    public void As_many_pieces_of_work_run_at_once_as_there_are_threads()
    {
        using var meeting = new Barrier(2);
        var threads = new ConcurrentBag<(string? Name, bool IsBackground)>();
        using var done = new CountdownEvent(20);
        for (var i = 0; i < 20; i++)
        {
            _pool.Execute(new Work(() =>
            {
                if (!meeting.SignalAndWait(WaitTimeout)) return;
                threads.Add((Thread.CurrentThread.Name, Thread.CurrentThread.IsBackground));
                done.Signal();
            }));
        }

        Assert.True(done.Wait(WaitTimeout));
        Assert.Equal([("pool_1", true), ("pool_2", true)], threads.Distinct().Order());
    }

    [Fact]
    public void What_comes_while_all_threads_are_taken_waits_its_turn()
    {
        using var free = new ManualResetEventSlim();
        using var done = new CountdownEvent(3);
        for (var i = 0; i < 2; i++)
        {
            _pool.Execute(new Work(() =>
            {
                free.Wait(WaitTimeout);
                done.Signal();
            }));
        }

        _pool.Execute(new Work(() => done.Signal()));
        Assert.Equal(3, done.CurrentCount);
        free.Set();
        Assert.True(done.Wait(WaitTimeout));
    }

    [Fact]
    public void Work_that_puts_off_its_rest_goes_on_beside_what_others_bring()
    {
        const int Times = 20_000;
        using var done = new CountdownEvent(3);
        for (var worker = 0; worker < 3; worker++)
        {
            var left = Times;
            Work? work = null;
            work = new Work(() =>
            {
                if (--left == 0) done.Signal();
                else _pool.Execute(work!);
            });
            _pool.Execute(work);
        }

        using var others = new CountdownEvent(Times);
        for (var i = 0; i < Times; i++) _pool.Execute(new Work(() => others.Signal()));

        Assert.True(done.Wait(WaitTimeout) && others.Wait(WaitTimeout));
    }

    [Fact]
    public void Work_that_comes_one_by_one_never_waits_for_the_next()
    {
        using var done = new AutoResetEvent(false);
        for (var i = 0; i < 20_000; i++)
        {
            _pool.Execute(new Work(() => done.Set()));
            Assert.True(done.WaitOne(WaitTimeout));
        }
    }

    [Fact]
    public void What_throws_is_told_and_ends_no_thread()
    {
        using var done = new CountdownEvent(10);
        for (var i = 0; i < 10; i++) _pool.Execute(new Work(() => throw new InvalidOperationException("the work fails")));
        for (var i = 0; i < 10; i++) _pool.Execute(new Work(() => done.Signal()));

        Assert.True(done.Wait(WaitTimeout));
        SpinWait.SpinUntil(() => _failures.Count == 10, WaitTimeout); // the other thread may be telling the last one
        Assert.Equal(Enumerable.Repeat("the work fails", 10), _failures.Select(failure => failure.Message));
    }

    [Fact]
    public void What_was_taken_in_before_the_shutdown_is_done_and_then_the_threads_end()
    {
        using var free = new ManualResetEventSlim();
        using var done = new CountdownEvent(100);
        var threads = new ConcurrentDictionary<Thread, bool>();
        for (var i = 0; i < 100; i++)
        {
            _pool.Execute(new Work(() =>
            {
                free.Wait(WaitTimeout);
                threads[Thread.CurrentThread] = true;
                done.Signal();
            }));
        }

        _pool.Shutdown();
        free.Set();

        Assert.True(done.Wait(WaitTimeout));
        Assert.All(threads.Keys, thread => Assert.True(thread.Join(WaitTimeout)));
        var rejected = Assert.Throws<RejectedExecutionException>(() => _pool.Execute(new Work(() => { })));
        Assert.Equal("pool has been shut down.", rejected.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    public async Task A_number_of_threads_that_makes_no_sense_is_refused(int count)
    {
        var config = ConfigurationFactory.ParseString($"kairos.dispatcher.fixed-thread-pool.thread-count = {count}\nakka {{ loglevel = OFF, stdout-loglevel = OFF }}");
        var actors = ActorSystem.Create("wrong", config);
        try
        {
            var refused = Assert.ThrowsAny<Exception>(() => actors.UseKairos());
            Assert.Contains($"fixed-thread-pool.thread-count is {count}; 1 to 64 are allowed.", refused.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            await actors.Terminate().Soon();
        }
    }

    private sealed class Work(Action run) : IRunnable
    {
        public void Run() => run();

        public void Execute() => run();
    }
}
