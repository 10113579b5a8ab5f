using Akka.Actor;
using Akka.Configuration;
using Kairos.Actors;
using Kairos.Configuration;
using Kairos.Errors;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Kairos.Hosting;

/// <summary>
/// Puts a changed configuration in force while Kairos runs. One with problems changes nothing: they are logged, each once. What only a start
/// reads is named.
/// </summary>
internal sealed class ConfigurationReload
{
    private readonly KairosOptions _options;
    private readonly KairosRuntime _runtime;
    private readonly IActorRef _supervisor;
    private readonly Config _config;
    private readonly HashSet<(string, string?)> _atStart;
    private readonly Lock _lock = new();
    private string _told = "";

    private ConfigurationReload(KairosOptions options, KairosRuntime runtime, IActorRef supervisor, Config config)
    {
        (_options, _runtime, _supervisor, _config) = (options, runtime, supervisor, config);
        _atStart = ReadAtStart();
    }

    /// <summary>Watches it until the actor system has ended.</summary>
    public static void Watch(IConfiguration configuration, KairosOptions options, KairosRuntime runtime, IActorRef supervisor, Config config)
    {
        var reload = new ConfigurationReload(options, runtime, supervisor, config);
        var registration = ChangeToken.OnChange(configuration.GetReloadToken, reload.Reload);
        runtime.Ended.Register(registration.Dispose);
    }

    private void Reload()
    {
        lock (_lock)
        {
            var before = _runtime.Settings;
            try
            {
                _runtime.Live.Reload(SettingsReader.Read(_config, _options));
            }
            catch (SettingsException exception)
            {
                Tell(exception.Message, () => exception.Problems.ToList().ForEach(problem => _runtime.Log(problem, KairosLog.SettingsRejected)));
                return;
            }
            catch (Exception exception) // code that changes settings may throw anything
            {
                var problem = new SettingProblem("IConfiguration", null, Redaction.Of($"{exception.GetType().Name}: {exception.Message}"));
                Tell(problem.ToString(), () => _runtime.Log(problem, KairosLog.SettingsRejected));
                return;
            }

            _supervisor.Tell(new ComponentProtocol.SettingsChanged(null), ActorRefs.NoSender);
            if (_runtime.Settings != before) _runtime.Log(0, static (logger, _) => KairosLog.Reloaded(logger));
            var keys = string.Join(", ", ReadAtStart().Except(_atStart).Union(_atStart.Except(ReadAtStart())).Select(setting => setting.Item1).Distinct().Order(StringComparer.Ordinal));
            Tell(keys, () => _runtime.Log(keys, KairosLog.NeedsRestart));
        }
    }

    /// <summary>Says something, unless it was said last.</summary>
    private void Tell(string what, Action log)
    {
        if (what != _told && what.Length > 0) log();
        _told = what;
    }

    /// <summary>What holds from the start on: the keys as they are written, and their values.</summary>
    private HashSet<(string Name, string? Value)> ReadAtStart() =>
    [
        .. ConfigurationSource.Of(_options.Configuration, SettingsReader.Keys).Values
            .Where(written => written.Path is ["telemetry" or "service" or "max-components", ..])
            .Select(written => (Redaction.OfKey(written.Name), written.Value)),
    ];
}

/// <summary>The configuration that <c>AddKairos</c> was given, for others who read a part of it.</summary>
internal sealed record ConfiguredSection(IConfiguration Configuration);
