using Kairos.Testing;

namespace Kairos;

/// <summary>
/// Faults on request in an application, to see in a staging system what it makes of them. There are none unless one of these is called; each is
/// logged as a warning (event 15), at the start and whenever it changes.
/// </summary>
public static class KairosOptionsTestingExtensions
{
    /// <summary>Has faults strike the guarded calls of a component, and of those beneath it that have none of their own. Stronger than the settings.</summary>
    /// <param name="options">The options.</param>
    /// <param name="component">The component, which need not exist.</param>
    /// <param name="faults">What is to go wrong.</param>
    /// <exception cref="ArgumentException">The name is not that of a component.</exception>
    public static KairosOptions Inject(this KairosOptions options, string component, Faults faults)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(faults);
        options.FaultSources[ComponentName.Require(component)] = new FaultSource(faults);
        return options;
    }

    /// <summary>
    /// Lets the settings ask for faults: the section <c>kairos.faults</c> of HOCON, or <c>Kairos:Faults</c> of .NET's configuration, which is read
    /// again when that changes. Without this call the section is an unknown key, and Kairos does not start with it.
    /// </summary>
    /// <example><code>kairos.faults { seed = 1, llm { error-rate = 0.2, code = rate_limit, retry-after = 2s }, memory { latency = 50ms..500ms } }</code></example>
    /// <param name="options">The options.</param>
    public static KairosOptions InjectFromSettings(this KairosOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.FaultReader = new FaultReader();
        return options;
    }
}

/// <summary>Faults on request in a Kairos that runs: of a test, or of an application that is tested as a whole.</summary>
public static class KairosTestingExtensions
{
    /// <summary>
    /// Has faults strike the guarded calls of a component, and of those beneath it that have none of their own. When this ends, they strike; calls
    /// that were begun before may go without. They stay when .NET's configuration is read again.
    /// </summary>
    /// <param name="kairos">The Kairos.</param>
    /// <param name="component">The component, which need not exist yet.</param>
    /// <param name="faults">What is to go wrong; null takes away what was asked for.</param>
    /// <exception cref="ArgumentException">The name is not that of a component.</exception>
    public static Task InjectAsync(this IKairos kairos, string component, Faults? faults)
    {
        ArgumentNullException.ThrowIfNull(kairos);
        return kairos[component].InjectAsync(faults);
    }

    /// <inheritdoc cref="InjectAsync(IKairos,string,Faults)"/>
    /// <param name="guard">The guard of the component.</param>
    /// <param name="faults">What is to go wrong; null takes away what was asked for.</param>
    public static async Task InjectAsync(this ComponentGuard guard, Faults? faults)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.Runtime.Live.Strike(guard.Component, faults is null ? null : new FaultSource(faults));
        guard.Supervisor.Tell(new ComponentProtocol.SettingsChanged(null), Akka.Actor.ActorRefs.NoSender);
        await guard.SettleAsync().ConfigureAwait(false);
    }
}
