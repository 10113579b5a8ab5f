using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Akka.Actor;
using Kairos.Components;
using Kairos.Configuration;
using Kairos.Errors;
using Kairos.State;
using Microsoft.Extensions.Logging;

namespace Kairos.Actors;

/// <summary>What all actors of one Kairos share, handed to them through their <c>Props</c>. Thread-safe.</summary>
internal sealed class KairosRuntime(KairosSettings settings, MonotonicClock clock, ILogger logger) : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentDictionary<string, bool> _unpriced = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _limiterFailures = new(StringComparer.Ordinal);
    private int _linesWaiting;
    private long _linesDropped;
    private ImmutableSortedDictionary<string, IFaultSource> _faultsLogged = KairosSettings.NoFaults;

    /// <summary>The most lines that wait for the logger.</summary>
    private const int MostLinesWaiting = 1000;

    /// <summary>The most models without a price that are logged.</summary>
    private const int MostUnpriced = 100;

    public MonotonicClock Clock { get; } = clock;

    /// <summary>For the log's own actor; everybody else has <see cref="Log"/>.</summary>
    public ILogger Logger => logger;

    /// <summary>The actor that calls the logger; set before the first component is created.</summary>
    public volatile IActorRef LogWriter = ActorRefs.Nobody;

    /// <summary>Turns the exceptions of guarded calls into errors, where a guard or a call names no other.</summary>
    public ErrorClassifier Classifier { get; init; } = ErrorClassifier.Default;

    /// <summary>The health probes, by component.</summary>
    public IReadOnlyDictionary<string, IHealthProbe> Probes { get; init; } = ImmutableDictionary<string, IHealthProbe>.Empty;

    /// <summary>The workers, by component.</summary>
    public IReadOnlyDictionary<string, Props> Workers { get; init; } = ImmutableDictionary<string, Props>.Empty;

    /// <summary>Told every input of every component's machine, with the settings and the time it was applied at; for replays. Must not throw.</summary>
    public Action<string, ComponentSettings, ComponentInput, TimeSpan>? Recorder { get; init; }

    /// <summary>
    /// Whether a component's actor runs no code but ours, so that a caller may lend it the thread: a foreign clock or recorder could
    /// hold the caller up, who waits no longer than a second for an actor on another thread.
    /// </summary>
    public bool MayLendThreads => LendsThreads && Recorder is null && ReferenceEquals(Clock.Provider, TimeProvider.System);

    /// <summary>How long calls take, where that is measured; set before the first call.</summary>
    public Histogram<double>? CallDuration { get; set; }

    /// <summary>Whether <c>kairos.dispatcher.lend-threads</c> is on.</summary>
    public bool LendsThreads { get; init; } = true;

    /// <summary>What callers go on with when they have waited for an actor, as it is to be run; null as it is.</summary>
    public Func<Action<object?>, Action<object?>>? WrapContinuation { get; init; }

    /// <summary>Cancelled when the supervisor has stopped, with the actor system or by hand: nobody is there to wait for.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>The supervisor has stopped. Those who wait go on.</summary>
    public void Dispose() => _ended.Cancel(); // not disposed itself: who waits may still ask for its token

    public ComponentRegistry Registry { get; } = new(settings.MaxComponents);

    /// <summary>The settings in force, from which components that are yet to come are made.</summary>
    public KairosSettings Settings => Live.InForce;

    /// <summary>What changes the settings in force.</summary>
    public LiveSettings Live { get; } = new(settings);

    /// <summary>Has the log's own actor log something, and waits for nothing. If too many lines wait for the logger, the new one is dropped and counted.</summary>
    /// <param name="what">What it is about. Immutable.</param>
    /// <param name="write">Writes it; it may do so later and on another thread.</param>
    public void Log<T>(T what, Action<ILogger, T> write)
    {
        if (LogWriter.IsNobody())
        {
            WriteAtOnce(what, write);
            return;
        }

        if (Interlocked.Increment(ref _linesWaiting) <= MostLinesWaiting)
        {
            LogWriter.Tell(new LogActor.Line<T>(what, write), ActorRefs.NoSender);
            return;
        }

        Interlocked.Decrement(ref _linesWaiting);
        Interlocked.Increment(ref _linesDropped);
    }

    /// <summary>No actor has begun yet, so this is a thread of the application, whose logger it may call. A logger that throws costs its own line.</summary>
    private void WriteAtOnce<T>(T what, Action<ILogger, T> write)
    {
        try
        {
            write(Logger, what);
        }
        catch (Exception)
        {
            // There is nobody to tell.
        }
    }

    /// <summary>A line has been written. Returns how many have been dropped since the last time.</summary>
    public long LineWasWritten()
    {
        Interlocked.Decrement(ref _linesWaiting);
        return Volatile.Read(ref _linesDropped) == 0 ? 0 : Interlocked.Exchange(ref _linesDropped, 0);
    }

    /// <summary>A log actor begins: what waited for one before it, which somebody stopped, is lost.</summary>
    public void LinesAreLost() => Interlocked.Add(ref _linesDropped, Interlocked.Exchange(ref _linesWaiting, 0));

    /// <summary>Logs which faults strike on request, and which no more, where that has changed: nobody is to take them for real. The supervisor only.</summary>
    public void LogFaults()
    {
        var (before, now) = (_faultsLogged, Settings.Faults);
        _faultsLogged = now;
        foreach (var name in before.Keys.Union(now.Keys).Where(name => !Equals(before.GetValueOrDefault(name), now.GetValueOrDefault(name))))
            Log((name, now.GetValueOrDefault(name)?.ToString() ?? "none any more"), static (logger, it) => KairosLog.Faults(logger, it.name, it.Item2));
    }

    /// <summary>Somebody limits the money that calls cost, and a model has no price: logged once for each.</summary>
    public void LogUnpriced(string model)
    {
        if (_unpriced.Count < MostUnpriced && _unpriced.TryAdd(model, true)) Log(model, static (logger, name) => KairosLog.Unpriced(logger, Redaction.Of(name)));
    }

    /// <summary>A limiter of the application's own threw, and limits nothing: logged once for each component.</summary>
    public void LogLimiterFailure(string component, string cause)
    {
        if (_limiterFailures.TryAdd(component, true)) Log((component, cause), static (logger, it) => KairosLog.LimiterFailed(logger, it.component, it.cause));
    }

    /// <summary>The metrics actor; set before the first component is created, and again if somebody stops it.</summary>
    public volatile IActorRef Metrics = ActorRefs.Nobody;

    /// <summary>Waits for an answer until the caller gives up, the time is up, or Kairos has ended.</summary>
    /// <exception cref="TimeoutException">Nobody has answered in time.</exception>
    /// <exception cref="ComponentRefusedException">Kairos' actors have ended, and nobody will answer.</exception>
    public async Task<T> AskAsync<T>(IActorRef actor, IComponentMessage question, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var elapsed = new CancellationTokenSource(limit, Clock.Provider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(elapsed.Token, Ended, cancellationToken);
        try
        {
            return await actor.Ask<T>(question, Timeout.InfiniteTimeSpan, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Ended.IsCancellationRequested) throw new ComponentRefusedException(question.Component, RefusalReason.Unavailable);
            throw new TimeoutException($"'{question.Component}' did not answer within {limit.TotalSeconds} s (kairos.ask-timeout).");
        }
    }
}
