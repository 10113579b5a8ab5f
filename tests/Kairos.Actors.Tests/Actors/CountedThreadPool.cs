using Akka.Configuration;
using Akka.Dispatch;
using Kairos.Dispatch;

namespace Kairos.Tests.Actors;

/// <summary>The threads of Kairos' actors as they are, and how many turns they have been given. One system at a time.</summary>
internal sealed class CountedThreadPool(ExecutorService pool) : ExecutorService(pool.Id)
{
    public const string Hocon = """kairos.dispatcher.executor = "Kairos.Tests.Actors.CountedThreadPoolConfigurator, Kairos.Actors.Tests" """;

    private static long _turns;

    public static long Turns => Volatile.Read(ref _turns);

    public override void Execute(IRunnable run)
    {
        Interlocked.Increment(ref _turns);
        pool.Execute(run);
    }

    public override void Shutdown() => pool.Shutdown();
}

/// <summary>Makes it of the dispatcher's section, for Akka.</summary>
internal sealed class CountedThreadPoolConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    : ExecutorServiceConfigurator(config, prerequisites)
{
    public override ExecutorService Produce(string id) => new CountedThreadPool(new FixedThreadPoolConfigurator(Config, Prerequisites).Produce(id));
}
