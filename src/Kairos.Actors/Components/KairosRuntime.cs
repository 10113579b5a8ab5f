using System.Collections.Immutable;
using Akka.Actor;
using Kairos.Errors;
using Kairos.Hosting;
using Microsoft.Extensions.Logging;

namespace Kairos.Components;

/// <summary>What all actors of one Kairos share, handed to them through their <c>Props</c>. Thread-safe.</summary>
internal sealed class KairosRuntime(KairosSettings settings, MonotonicClock clock, ILogger logger)
{
    private volatile KairosSettings _settings = settings;
    private volatile IActorRef _metrics = ActorRefs.Nobody;
    private volatile IActorRef _log = ActorRefs.Nobody;
    private long _incarnations;

    public MonotonicClock Clock { get; } = clock;

    /// <summary>For the log's own actor; everybody else has <see cref="Log"/>.</summary>
    public ILogger Logger => logger;

    /// <summary>The actor that calls the logger; nobody while there is no metrics actor, which has it.</summary>
    public IActorRef LogWriter
    {
        get => _log;
        set => _log = value;
    }

    /// <summary>Turns the exceptions of guarded calls into errors, where a guard or a call names no other.</summary>
    public ErrorClassifier Classifier { get; init; } = ErrorClassifier.Default;

    /// <summary>The health probes, by component.</summary>
    public IReadOnlyDictionary<string, IHealthProbe> Probes { get; init; } = ImmutableDictionary<string, IHealthProbe>.Empty;

    /// <summary>The workers, by component.</summary>
    public IReadOnlyDictionary<string, Props> Workers { get; init; } = ImmutableDictionary<string, Props>.Empty;

    /// <summary>Told every input of every component's machine, with the settings and the time it was applied at; for replays. Must not throw.</summary>
    public Action<string, ComponentSettings, ComponentInput, TimeSpan>? Recorder { get; init; }

    /// <summary>
    /// Whether a component's actor runs no code in its turn but ours, so that a caller may lend it the thread: a foreign clock or recorder could
    /// hold the caller up, who waits no longer than its patience for an actor on another thread.
    /// </summary>
    public bool MayLendThreads => Recorder is null && ReferenceEquals(Clock.Provider, TimeProvider.System);

    public ComponentRegistry Registry { get; } = new(settings.MaxComponents);

    public FirstUses FirstUses { get; } = new();

    /// <summary>The settings from which components that are yet to come are made.</summary>
    public KairosSettings Settings
    {
        get => _settings;
        set => _settings = value;
    }

    /// <summary>Whether anything of a level is logged at all.</summary>
    public bool IsLogged(LogLevel level) => logger.IsEnabled(level);

    /// <summary>Has the log's own actor log something, and waits for nothing.</summary>
    /// <param name="what">What it is about. Immutable.</param>
    /// <param name="write">Writes it; it may do so later and on another thread.</param>
    public void Log<T>(T what, Action<ILogger, T> write)
    {
        var writer = LogWriter;
        if (writer.IsNobody()) write(logger, what);
        else writer.Tell(new LogActor.Line<T>(what, write), ActorRefs.NoSender);
    }

    /// <summary>A number that no actor's name has been given yet.</summary>
    public long NextIncarnation() => Interlocked.Increment(ref _incarnations);

    /// <summary>The metrics actor; set before the first component is created, and again if somebody stops it.</summary>
    public IActorRef Metrics
    {
        get => _metrics;
        set => _metrics = value;
    }
}
