using System.Threading.RateLimiting;
using Akka.Actor;
using Kairos.Components;
using Kairos.Configuration;
using Microsoft.Extensions.Configuration;

namespace Kairos;

/// <summary>
/// What an application sets in code. It overrides .NET's configuration, which overrides HOCON, which overrides <c>reference.conf</c>. Not
/// thread-safe; read at the start, and its changes once more for each reload of .NET's configuration.
/// </summary>
/// <example><code>options.Component("llm", c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 3 } });</code></example>
public sealed class KairosOptions
{
    private readonly Dictionary<string, Func<ComponentSettings, ComponentSettings>> _components = new(StringComparer.Ordinal);
    private readonly List<Func<ComponentSettings, ComponentSettings>> _defaults = [];

    /// <summary>How many components there may be; null takes <c>kairos.max-components</c>.</summary>
    public int? MaxComponents { get; set; }

    /// <summary>Where time comes from. Default: the system's clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Turns the exceptions of guarded calls into errors. Default: <see cref="ErrorClassifier.Default"/>.</summary>
    public ErrorClassifier Classifier { get; set; } = ErrorClassifier.Default;

    /// <summary>
    /// .NET's configuration, above HOCON and beneath what is set here: the section, or the whole of which <c>Kairos</c> is one. What changes
    /// in it while Kairos runs is put in force. Default: none.
    /// </summary>
    public IConfiguration? Configuration { get; set; }

    /// <summary>Changes what holds for every component.</summary>
    public KairosOptions Defaults(Func<ComponentSettings, ComponentSettings> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        _defaults.Add(change);
        return this;
    }

    /// <summary>Names a component, which then exists from the start, and changes its settings.</summary>
    /// <exception cref="ArgumentException">The name is not that of a component.</exception>
    public KairosOptions Component(string name, Func<ComponentSettings, ComponentSettings>? change = null)
    {
        ComponentName.Require(name);
        var before = _components.GetValueOrDefault(name, settings => settings);
        _components[name] = change is null ? before : settings => change(before(settings));
        return this;
    }

    /// <summary>
    /// Gives a component, which then exists from the start, a limiter of the application's own, in place of <c>call.rate</c>: each attempt asks it for one permit,
    /// waits no longer than <c>call.rate.max-wait</c>, and gives the permit back when it is over. It holds for what is beneath the component, too, that has none of
    /// its own. The application disposes it, after Kairos has ended. Where it throws, the attempt is made, and the log says so once.
    /// </summary>
    /// <exception cref="ArgumentException">The name is not that of a component.</exception>
    public KairosOptions RateLimiter(string component, RateLimiter limiter)
    {
        ArgumentNullException.ThrowIfNull(limiter);
        Component(component);
        RateLimiters[component] = limiter;
        return this;
    }

    /// <summary>Says what the tokens of a model cost, for budgets. See <see cref="KairosSettings.Prices"/>.</summary>
    public KairosOptions Price(string model, ModelPrice price)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        ArgumentNullException.ThrowIfNull(price);
        Prices[model] = price;
        return this;
    }

    /// <summary>Has a component, which then exists from the start, checked by a health probe every <c>health.probe.interval</c>.</summary>
    /// <exception cref="ArgumentException">The name is not that of a component.</exception>
    public KairosOptions Probe(string component, IHealthProbe probe)
    {
        ArgumentNullException.ThrowIfNull(probe);
        Component(component);
        Probes[component] = new SingleProbe(probe);
        return this;
    }

    /// <summary>
    /// Gives a component, which then exists from the start, a worker: an actor of the application's own beneath the component's. It is asked
    /// with <see cref="Kairos.ComponentGuard.AskAsync{TResponse}(object, CancellationToken)"/>, and started again with back-off when it
    /// crashes, cannot start, or stops.
    /// </summary>
    /// <exception cref="ArgumentException">The name is not that of a component.</exception>
    public KairosOptions Worker(string component, Props worker)
    {
        ArgumentNullException.ThrowIfNull(worker);
        Component(component);
        Workers[component] = worker;
        return this;
    }

    internal Dictionary<string, RateLimiter> RateLimiters { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, ModelPrice> Prices { get; } = new(StringComparer.OrdinalIgnoreCase);

    internal Dictionary<string, IHealthProbe> Probes { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, Props> Workers { get; } = new(StringComparer.Ordinal);

    /// <summary>Told every input of every component's machine; for replays.</summary>
    internal Action<string, ComponentSettings, ComponentInput, TimeSpan>? Recorder { get; set; }

    /// <summary>What callers go on with when they have waited for an actor, as it is to be run; for tests, who wait until they have gone on.</summary>
    internal Func<Action<object?>, Action<object?>>? WrapContinuation { get; set; }

    /// <summary>The faults on request that code asks for, by component.</summary>
    internal Dictionary<string, IFaultSource> FaultSources { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads the faults on request from the sources of settings; null where nobody may ask for them there.</summary>
    internal IFaultReader? FaultReader { get; set; }

    /// <summary>Changes what weaker sources say: parents before children.</summary>
    internal KairosSettings ApplyTo(KairosSettings settings)
    {
        settings = settings with
        {
            MaxComponents = MaxComponents ?? settings.MaxComponents,
            Defaults = _defaults.Aggregate(settings.Defaults, (current, change) => change(current)),
            Prices = settings.Prices.SetItems(Prices),
            RateLimiters = settings.RateLimiters.SetItems(RateLimiters),
            Faults = settings.Faults.SetItems(FaultSources),
        };
        return _components.OrderBy(component => component.Key, StringComparer.Ordinal)
            .Aggregate(settings, (current, component) => current.With(component.Key, component.Value));
    }
}
