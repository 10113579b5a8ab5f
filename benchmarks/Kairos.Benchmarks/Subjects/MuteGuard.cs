using Akka.Actor;
using Kairos.Actors;
using Kairos.Configuration;
using Kairos.Hosting;
using Kairos.Instruments;
using Kairos.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kairos.Benchmarks.Subjects;

/// <summary>A guard of a Kairos that was built without instruments: the same actors and the same settings, but no meter.</summary>
internal sealed class MuteGuard : IAsyncDisposable
{
    private readonly ActorSystem _actors;

    private MuteGuard(ActorSystem actors, ComponentGuard llm) => (_actors, Llm) = (actors, llm);

    public ComponentGuard Llm { get; }

    public static async Task<MuteGuard> StartAsync()
    {
        var actors = GuardedWorld.StartActors();
        actors.Settings.InjectTopLevelFallback(KairosReference.Config);
        var settings = SettingsReader.Read(actors.Settings.Config, new KairosOptions().Defaults(GuardedWorld.BreakerOnly));
        var runtime = new KairosRuntime(settings, new MonotonicClock(TimeProvider.System), NullLogger.Instance);
        var metrics = MetricsActor.Props(runtime, new MetricsBook(), new ErrorLog(runtime));
        var supervisor = actors.ActorOf(KairosSupervisor.Props(runtime, metrics), KairosSupervisor.Name);
        await KairosInstance.DrainAsync(runtime, supervisor, CancellationToken.None);
        return new MuteGuard(actors, new ComponentGuard(new((runtime, supervisor)), "llm"));
    }

    public async ValueTask DisposeAsync() => await _actors.Terminate();
}
