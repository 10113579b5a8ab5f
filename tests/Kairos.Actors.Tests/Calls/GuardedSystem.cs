using Akka.Actor;
using Akka.Configuration;
using Kairos.Hosting;
using Kairos.State;

namespace Kairos.Tests.Calls;

/// <summary>An actor system with Kairos in it. Opens after two failures in a row and retries nothing, unless a test says otherwise.</summary>
internal sealed class GuardedSystem : IAsyncDisposable
{
    private static readonly Config Quiet =
        ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF, log-dead-letters = off }");

    private GuardedSystem(ActorSystem actors, KairosInstance kairos)
    {
        Actors = actors;
        Kairos = kairos;
        Llm = kairos["llm"];
    }

    public ActorSystem Actors { get; }

    public KairosInstance Kairos { get; }

    public ComponentGuard Llm { get; }

    public CallLedger Ledger => Kairos.HandleOf("llm").Ledger;

    public static async Task<GuardedSystem> StartAsync(
        TimeProvider time, Func<ComponentSettings, ComponentSettings>? llm = null, Action<KairosOptions>? more = null, string hocon = "")
    {
        var actors = ActorSystem.Create("guarded", ConfigurationFactory.ParseString(hocon).WithFallback(SuiteHocon.Extra).WithFallback(Quiet));
        var kairos = (KairosInstance)actors.UseKairos(options =>
        {
            options.TimeProvider = time;
            options.Defaults(c => c with
            {
                Breaker = new BreakerPolicy { ConsecutiveFailures = 2 },
                Call = new CallPolicy { Retry = new RetryPolicy { MaxAttempts = 1 } },
            });
            options.Component("llm", llm);
            more?.Invoke(options);
        });
        await kairos.DrainAsync(CancellationToken.None).Soon();
        return new GuardedSystem(actors, kairos);
    }

    /// <summary>The snapshot once all that was told has been decided.</summary>
    public async Task<ComponentSnapshot> SettleAsync()
    {
        await Kairos.DrainAsync(CancellationToken.None).Soon();
        return Llm.Snapshot!;
    }

    public async ValueTask DisposeAsync() => await Actors.Terminate().Soon();
}
