using Kairos.Actors;
using Kairos.Host.Configuration;
using Microsoft.Extensions.Logging;

namespace Kairos.Host.Running;

/// <summary>
/// Puts a changed configuration file in force while the host runs. Components whose settings did not change are not touched; a file with
/// problems changes nothing. What the host itself is set to holds until it is started anew. It looks at the text once a second instead of being
/// notified: links that are swapped, folders that are replaced and a kernel that has no watches left make no difference to it.
/// </summary>
internal sealed class ConfigReloader : IDisposable
{
    /// <summary>Time between two looks. What two in a row have seen is taken: editors write a file in several steps.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly IKairos _kairos;
    private readonly EffectiveSettings _before;
    private readonly IReadOnlyDictionary<string, string> _variables;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private string _seen;
    private string _taken;

    private ConfigReloader(IKairos kairos, EffectiveSettings settings, IReadOnlyDictionary<string, string> variables, ILogger logger, TimeProvider time)
    {
        (_kairos, _before, _variables, _logger) = (kairos, settings, variables, logger);
        _seen = _taken = settings.Text!;
        _timer = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        LookLater();
    }

    /// <summary>Watches the file that the settings were read from; null where there is none, or it was a pipe.</summary>
    public static ConfigReloader? Watch(
        IKairos kairos, EffectiveSettings settings, IReadOnlyDictionary<string, string> variables, ILogger logger, TimeProvider? time = null) =>
        settings.Text is null ? null : new ConfigReloader(kairos, settings, variables, logger, time ?? TimeProvider.System);

    public void Dispose() => _timer.Dispose();

    private void LookLater() => _timer.Change(Period, Timeout.InfiniteTimeSpan);

    private void Look()
    {
        var text = ReadText();
        var isSettled = text == _seen;
        _seen = text;
        if (isSettled && text != _taken)
        {
            _taken = text;
            Reload();
        }

        LookLater();
    }

    /// <summary>The text as it is now; why there is none, where there is none.</summary>
    private string ReadText()
    {
        try
        {
            return ConfigFile.ReadText(_before.Path!, out _) ?? "\0too long";
        }
        catch (Exception exception)
        {
            return "\0" + exception.GetType().Name;
        }
    }

    private bool NeedsRestart(EffectiveSettings after) =>
        after.Telemetry.Options != _before.Telemetry.Options
        || after.Kairos.MaxComponents != _before.Kairos.MaxComponents
        || !KairosHost.ActorSettings(after.Config).SetEquals(KairosHost.ActorSettings(_before.Config));

    private void Reload()
    {
        try
        {
            var after = SettingsLoader.Load(_before.Path, _variables);
            _kairos.Reconfigure(_ => after.Kairos);
            HostLog.Reloaded(_logger, _before.Path!);
            if (NeedsRestart(after)) HostLog.NeedsRestart(_logger, _before.Path!);
        }
        catch (SettingsException exception)
        {
            HostLog.NotReloaded(_logger, _before.Path!);
            foreach (var problem in exception.Problems) KairosLog.SettingsRejected(_logger, problem);
        }
        catch (Exception exception)
        {
            HostLog.ReloadFailed(_logger, _before.Path!, exception.GetType().Name, exception.Message);
        }
    }
}
