using System.Globalization;
using System.Text;
using Akka.Configuration;
using Kairos.Telemetry.Configuration;

namespace Kairos.Host.Configuration;

/// <summary>What the host runs with: everything read, checked, and with its origin.</summary>
/// <param name="Path">The configuration file, or null where there is none.</param>
/// <param name="Telemetry">What telemetry is set up with.</param>
/// <param name="Kairos">The settings of components.</param>
/// <param name="Config">The file's configuration, for the actor system.</param>
/// <param name="Origins">For each full key that was set: where.</param>
/// <param name="Warnings">What is odd but stops nothing.</param>
internal sealed record EffectiveSettings(
    string? Path,
    TelemetrySettings Telemetry,
    KairosSettings Kairos,
    Config Config,
    IReadOnlyDictionary<string, string> Origins,
    IReadOnlyList<string> Warnings)
{
    /// <summary>The file's text, to see whether it changes; null where it cannot.</summary>
    public string? Text { get; init; }

    /// <summary>Not what it says: a configuration holds secrets.</summary>
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Path = {Path}");
        return true;
    }
}
