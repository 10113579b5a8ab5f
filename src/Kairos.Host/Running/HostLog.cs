using Microsoft.Extensions.Logging;

namespace Kairos.Host.Running;

/// <summary>What the host itself logs. Event ids are stable.</summary>
internal static partial class HostLog
{
    [LoggerMessage(30, LogLevel.Information, "{File} has changed: its settings of components are in force")]
    public static partial void Reloaded(ILogger logger, string file);

    [LoggerMessage(31, LogLevel.Warning, "{File} has changed: what concerns the host itself holds when it is started anew")]
    public static partial void NeedsRestart(ILogger logger, string file);

    [LoggerMessage(32, LogLevel.Warning, "{File} has changed, but is wrong; the settings before it stay in force")]
    public static partial void NotReloaded(ILogger logger, string file);

    [LoggerMessage(33, LogLevel.Error, "{File} has changed, but could not be put in force; the settings before it stay: {Type}: {Message}")]
    public static partial void ReloadFailed(ILogger logger, string file, string type, string message);
}
