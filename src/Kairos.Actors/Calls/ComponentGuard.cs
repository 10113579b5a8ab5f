using System.Diagnostics;
using Akka.Actor;
using Kairos.Actors;
using Kairos.Calls;
using Kairos.Classification;
using Kairos.Configuration;
using Kairos.State;
using static Kairos.ComponentProtocol;

namespace Kairos;

/// <summary>
/// What calling code holds of one component. Cheap to make, thread-safe, and good for as long as the actor system runs, also across
/// restarts and removals of the component. It may be taken before Kairos has started; one that is used so early throws an
/// <see cref="InvalidOperationException"/> that says what is missing.
/// </summary>
public sealed partial class ComponentGuard
{
    private readonly Lazy<(KairosRuntime Runtime, IActorRef Supervisor)> _kairos;
    private readonly ErrorClassifier? _classifier;
    private ComponentHandle? _handle; // known, it spares a call the look at whether Kairos has started

    /// <param name="kairos">What all guards of one Kairos share. It throws while that has not started, and is asked again at the next use.</param>
    /// <param name="component">The component.</param>
    /// <param name="classifier">The guard's own; null for that of Kairos' options.</param>
    internal ComponentGuard(Lazy<(KairosRuntime Runtime, IActorRef Supervisor)> kairos, string component, ErrorClassifier? classifier = null)
    {
        _kairos = kairos;
        _classifier = classifier;
        Component = component;
    }

    /// <summary>The component's name.</summary>
    public string Component { get; }

    /// <summary>The guard of a sub-component: <c>kairos["tools"]["search"]</c> is <c>kairos["tools/search"]</c>.</summary>
    /// <exception cref="ArgumentException">The name is not that of a component.</exception>
    public ComponentGuard this[string child] =>
        new(_kairos, ComponentName.Require(Component + ComponentName.Separator + child), _classifier);

    /// <summary>Turns the exceptions of its calls into errors: that of Kairos' options, unless the guard was given its own.</summary>
    public ErrorClassifier Classifier => _classifier ?? Runtime.Classifier;

    /// <summary>The same guard with a classifier of its own.</summary>
    public ComponentGuard With(ErrorClassifier classifier)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        return new ComponentGuard(_kairos, Component, classifier);
    }

    /// <summary>What the component's actor published last; null while the component has not been created.</summary>
    public ComponentSnapshot? Snapshot => Handle?.Snapshot;

    /// <summary>Reports a failed call.</summary>
    /// <param name="error">What went wrong.</param>
    /// <param name="duration">How long the call took, where that is known.</param>
    public void ReportError(KairosError error, TimeSpan? duration = null)
    {
        ArgumentNullException.ThrowIfNull(error);
        var span = Activity.Current;
        CallTelemetry.Tag(span, error);
        Tell(new ReportError(Component, error) { Duration = duration, Trace = span?.Context ?? default });
    }

    /// <summary>Reports a call that succeeded.</summary>
    /// <param name="duration">How long the call took, where that is known.</param>
    public void ReportSuccess(TimeSpan? duration = null) => Tell(new ReportSuccess(Component) { Duration = duration });

    /// <summary>Reports that errors recorded earlier were resolved, because the call that saw them ended in success.</summary>
    /// <param name="kind">The errors' kind.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="duration">How long the call had lasted since its first error, where that is known: told once per call.</param>
    public void ReportRecovery(ErrorKind kind, long count = 1, TimeSpan? duration = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Tell(new ReportRecovery(Component, kind, count) { Duration = duration });
    }

    /// <summary>Reports a health verdict; it holds until the next one.</summary>
    public void ReportHealth(ComponentHealth status, string? message = null) => Tell(new ReportHealth(Component, status, message));

    /// <summary>
    /// Reports what an answer says of its provider's limits, in the headers that OpenAI, Azure, Anthropic, Groq and Mistral use, or the IETF's <c>RateLimit</c>. They
    /// are kept from then on where <c>call.rate.learn</c> is on. Guarded models and HTTP clients do so by themselves.
    /// </summary>
    /// <param name="header">The value of a header of the answer; null where it has none. Called on the spot.</param>
    public void ReportLimits(Func<string, string?> header)
    {
        ArgumentNullException.ThrowIfNull(header);
        if (!LearnsLimits) return;
        var told = LimitHeaders.Of(header, Runtime.Clock.Provider);
        if (told.Requests is not null || told.Tokens is not null) Handle?.RateLimiter.Learn(told);
    }

    /// <summary>Opens the circuit until it is reset.</summary>
    public void Isolate() => Tell(new Isolate(Component));

    /// <summary>Closes the circuit and forgets failures and growth.</summary>
    public void Reset() => Tell(new Reset(Component));

    /// <summary>Puts new settings in force; state, window and deadline stay.</summary>
    /// <exception cref="SettingsException">They are not allowed; it names all that is wrong, and nothing changes.</exception>
    public void Reconfigure(ComponentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var problems = SettingsCheck.ProblemsOf(SettingsCheck.SectionOf(Component), settings).ToList();
        if (problems.Count > 0) throw new SettingsException(problems);
        Tell(new Reconfigure(Component, settings));
    }

    /// <summary>Has an actor told the component's events; the first one is its current state.</summary>
    public void Subscribe(IActorRef subscriber) => Tell(new Subscribe(Component, subscriber));

    /// <summary>Ends a subscription. Does nothing where there is no subscription.</summary>
    public void Unsubscribe(IActorRef subscriber)
    {
        if (Handle is { } handle) handle.Actor.Tell(new Unsubscribe(Component, subscriber), ActorRefs.NoSender);
    }

    /// <summary>The snapshot with everything that was told before.</summary>
    /// <exception cref="ComponentRefusedException">There is no such component.</exception>
    /// <exception cref="TimeoutException">Its actor did not answer within <c>kairos.ask-timeout</c>.</exception>
    public Task<ComponentSnapshot> GetSnapshotAsync(CancellationToken cancellationToken = default) =>
        Runtime.AskAsync<ComponentSnapshot>(Supervisor, new GetSnapshot(Component), Runtime.Settings.AskTimeout, cancellationToken);

    internal void Tell(IComponentMessage message) => Target.Tell(message, ActorRefs.NoSender);

    /// <summary>The component's actor; while there is none the supervisor, which creates it.</summary>
    private IActorRef Target => Handle?.Actor ?? Supervisor;

    internal KairosRuntime Runtime => _kairos.Value.Runtime;

    internal IActorRef Supervisor => _kairos.Value.Supervisor;
}
