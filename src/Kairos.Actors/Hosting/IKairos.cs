using Akka.Actor;

namespace Kairos;

/// <summary>
/// The front door: what an application holds of Kairos. Thread-safe. A test uses a real one: its guards cannot be made
/// otherwise.
/// </summary>
public interface IKairos
{
    /// <summary>The guard of a component, which need not exist yet: it is created when it is first used. Kairos need not have started either.</summary>
    /// <exception cref="ArgumentException">The name is not that of a component.</exception>
    ComponentGuard this[string component] { get; }

    /// <summary>What all components published last, ordered by name. Asks nobody.</summary>
    IReadOnlyList<ComponentSnapshot> Snapshots { get; }

    /// <summary>The settings in force, with all that was changed while Kairos runs.</summary>
    KairosSettings Settings { get; }

    /// <summary>Where other actors send the messages of <see cref="ComponentProtocol"/>.</summary>
    /// <exception cref="InvalidOperationException">The actor system has not been started yet.</exception>
    IActorRef Supervisor { get; }

    /// <summary>Ends when all that was told so far, by anybody, has been decided and counted.</summary>
    Task DrainAsync(CancellationToken cancellationToken = default);

    /// <summary>Removes a component, its sub-components and their series. Its name is free at once: the next use makes a new component.</summary>
    void Remove(string component);

    /// <summary>
    /// Changes the settings in force: components whose settings differ are reconfigured in place, others are not touched, and named ones that
    /// do not exist yet are created. Each key that is changed stays as it is made here when .NET's configuration is read again; the others
    /// follow that. <see cref="KairosSettings.MaxComponents"/> stays what it was at the start.
    /// </summary>
    /// <example><code>kairos.Reconfigure(settings => settings.With("llm", c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 3 } }));</code></example>
    /// <exception cref="SettingsException">They are not allowed; it names all that is wrong, and nothing changes.</exception>
    void Reconfigure(Func<KairosSettings, KairosSettings> change);
}
