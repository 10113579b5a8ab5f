using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Kairos.Dispatch;

/// <summary>
/// A few threads of its own that sleep while there is nothing to do. Akka's own pools of dedicated threads look for work for a while before
/// they sleep, which takes another core as long as the work itself. Thread-safe.
/// </summary>
internal sealed class FixedThreadPool : ExecutorService
{
    private readonly Queue<IRunnable> _work = new(); // guards all that follows
    private readonly Action<Exception> _failed;
    private int _idle;
    private bool _isShutDown;

    [ThreadStatic]
    private static IRunnable? _current;

    /// <summary>Starts the threads.</summary>
    /// <param name="id">What they are named after.</param>
    /// <param name="count">How many; at least 1.</param>
    /// <param name="failed">Told what work has thrown. Must not throw.</param>
    public FixedThreadPool(string id, int count, Action<Exception> failed) : base(id)
    {
        _failed = failed;
        for (var i = 1; i <= count; i++) new Thread(Work) { Name = $"{id}_{i}", IsBackground = true }.UnsafeStart();
    }

    /// <summary>Has something done by the next thread that is free.</summary>
    /// <exception cref="RejectedExecutionException">It has been shut down.</exception>
    public override void Execute(IRunnable run)
    {
        lock (_work)
        {
            if (_isShutDown) throw new RejectedExecutionException($"{Id} has been shut down.");
            _work.Enqueue(run);

            // Who puts off the rest of its own work is about to be free itself.
            if (_idle > 0 && !ReferenceEquals(run, _current)) Monitor.Pulse(_work);
        }
    }

    /// <summary>What has been taken in is still done; then the threads end.</summary>
    public override void Shutdown()
    {
        lock (_work)
        {
            _isShutDown = true;
            Monitor.PulseAll(_work);
        }
    }

    private void Work()
    {
        while (Next() is { } run)
        {
            _current = run;
            try
            {
                run.Run();
            }
            catch (Exception exception)
            {
                _failed(exception);
            }

            _current = null;
        }
    }

    private IRunnable? Next()
    {
        lock (_work)
        {
            while (_work.Count == 0)
            {
                if (_isShutDown) return null;
                _idle++;
                Monitor.Wait(_work);
                _idle--;
            }

            return _work.Dequeue();
        }
    }
}

/// <summary>Makes the pool of a dispatcher's section, for Akka.</summary>
internal sealed class FixedThreadPoolConfigurator : ExecutorServiceConfigurator
{
    private const string Key = "fixed-thread-pool.thread-count";
    private const int Most = 64;
    private readonly int _count;

    /// <exception cref="ConfigurationException">The number of threads is not one that is allowed.</exception>
    public FixedThreadPoolConfigurator(Config config, IDispatcherPrerequisites prerequisites) : base(config, prerequisites)
    {
        _count = config.GetInt(Key);
        if (_count is < 1 or > Most) throw new ConfigurationException($"{Key} is {_count}; 1 to {Most} are allowed.");
    }

    public override ExecutorService Produce(string id) => new FixedThreadPool(id, _count, exception =>
        Prerequisites.EventStream.Publish(new Error(exception, id, typeof(FixedThreadPool), "Work of the dispatcher failed.")));
}
