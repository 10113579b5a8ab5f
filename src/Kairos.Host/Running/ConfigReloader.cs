using Kairos.Components;
using Kairos.Host.Configuration;
using Kairos.Hosting;
using Kairos.Hosting.Settings;
using Microsoft.Extensions.Logging;

namespace Kairos.Host.Running;

/// <summary>
/// Puts a changed configuration file in force while the host runs. Components whose settings did not change are not touched; a file with
/// problems changes nothing. What the host itself is set to holds until it is started anew.
/// </summary>
internal sealed class ConfigReloader : IDisposable
{
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(200); // editors write a file in several steps
    private readonly FileSystemWatcher _watcher;
    private readonly ITimer _timer;

    public ConfigReloader(IKairos kairos, EffectiveSettings settings, ILogger logger)
    {
        var path = Path.GetFullPath(settings.Path!);
        _timer = TimeProvider.System.CreateTimer(_ => Reload(kairos, settings, logger), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!, Path.GetFileName(path))
        {
            NotifyFilter = NotifyFilters.LastWrite | NotifyFilters.FileName | NotifyFilters.CreationTime | NotifyFilters.Size,
        };
        _watcher.Changed += (_, _) => Arm();
        _watcher.Created += (_, _) => Arm();
        _watcher.Renamed += (_, _) => Arm();
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>Watches the file that the settings were read from; null where there is none.</summary>
    public static ConfigReloader? Watch(IKairos kairos, EffectiveSettings settings, ILogger logger) =>
        settings.Path is null ? null : new ConfigReloader(kairos, settings, logger);

    public void Dispose()
    {
        _watcher.Dispose();
        _timer.Dispose();
    }

    private void Arm() => _timer.Change(Settling, Timeout.InfiniteTimeSpan);

    private static void Reload(IKairos kairos, EffectiveSettings before, ILogger logger)
    {
        try
        {
            var after = SettingsLoader.Load(before.Path, Variables.OfProcess());
            kairos.Reconfigure(after.Kairos);
            HostLog.Reloaded(logger, before.Path!);
            if (after.Telemetry.Options != before.Telemetry.Options || after.Kairos.MaxComponents != before.Kairos.MaxComponents)
                HostLog.NeedsRestart(logger, before.Path!);
        }
        catch (SettingsException exception)
        {
            HostLog.NotReloaded(logger, before.Path!);
            foreach (var problem in exception.Problems) KairosLog.SettingsRejected(logger, problem);
        }
    }
}
