using Akka.Actor;
using Akka.Configuration;

namespace Kairos.Benchmarks.Subjects;

/// <summary>An actor system with a Kairos in it, as an application has it.</summary>
internal sealed class GuardedWorld : IAsyncDisposable
{
    /// <summary>No call fails often enough to open the circuit, though the rule is on.</summary>
    public const int FailuresToOpen = 1_000_000;

    private static readonly Config Quiet =
        ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF, log-dead-letters = off }");

    private GuardedWorld(ActorSystem actors, IKairos kairos) => (Actors, Kairos) = (actors, kairos);

    public ActorSystem Actors { get; }

    public IKairos Kairos { get; }

    public ComponentGuard Llm => Kairos["llm"];

    public static ActorSystem StartActors() => ActorSystem.Create("benchmarks", Quiet);

    public static async Task<GuardedWorld> StartAsync(
        Func<ComponentSettings, ComponentSettings>? settings = null, Action<KairosOptions>? more = null)
    {
        var actors = StartActors();
        var kairos = actors.UseKairos(options =>
        {
            options.Defaults(settings ?? BreakerOnly);
            more?.Invoke(options);
        });
        await kairos.DrainAsync();
        return new GuardedWorld(actors, kairos);
    }

    /// <summary>The default breaker; no retries and no limits.</summary>
    public static ComponentSettings BreakerOnly(ComponentSettings settings) => settings with
    {
        Call = settings.Call with { Retry = settings.Call.Retry with { MaxAttempts = 1 } },
    };

    /// <summary>The same, with a breaker that failures never open.</summary>
    public static ComponentSettings PatientBreaker(ComponentSettings settings) => BreakerOnly(settings) with
    {
        Breaker = settings.Breaker with { ConsecutiveFailures = FailuresToOpen },
    };

    /// <summary>Deadline, retries, attempt timeout and breaker.</summary>
    public static ComponentSettings Full(ComponentSettings settings) => settings with
    {
        Call = settings.Call with { Deadline = TimeSpan.FromSeconds(30), AttemptTimeout = TimeSpan.FromSeconds(10) },
    };

    /// <summary>Opens the circuit by two failures, for an hour.</summary>
    public static async Task<GuardedWorld> StartOpenAsync()
    {
        var world = await StartAsync(settings => BreakerOnly(settings) with
        {
            Breaker = new BreakerPolicy { ConsecutiveFailures = 2, OpenDuration = TimeSpan.FromHours(1), OpenMax = TimeSpan.FromHours(1) },
        });
        for (var i = 0; i < 2; i++)
            await world.Llm.TryExecuteAsync(static ValueTask<int> (_, _) => throw new HttpRequestException("down"), 1);
        return world.Llm.Snapshot!.Circuit == CircuitStatus.Open ? world : throw new InvalidOperationException("The circuit did not open.");
    }

    public async ValueTask DisposeAsync() => await Actors.Terminate();
}
