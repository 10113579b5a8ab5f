using Akka.Configuration;
using Kairos;

namespace KairosAgent.Settings;

/// <summary>
/// Where telemetry goes. Standard output is for answers: the exporter that writes there is not the default here, as it is elsewhere, and it is
/// not allowed. All else of telemetry is read by Kairos itself.
/// </summary>
internal static class ExporterChoice
{
    private const string None = "none", Stdout = "stdout", Key = "kairos.telemetry.exporter", Variable = "KAIROS_TELEMETRY_EXPORTER", Standard = "OTEL_METRICS_EXPORTER";

    /// <summary>The exporter, and whether somebody asked for it.</summary>
    public static (string Exporter, bool IsAsked) Read(Func<string, string?> variable, ConfigFile file, List<SettingProblem> problems)
    {
        if (bool.TryParse(variable("OTEL_SDK_DISABLED"), out var isDisabled) && isDisabled) return (None, true);
        (string Origin, string? Value)[] places =
        [
            ($"variable {Variable}", variable(Variable)),
            (file.Path ?? "", Of(file.Config)),
            ($"variable {Standard}", variable(Standard) is "console" ? Stdout : variable(Standard)),
        ];
        var (origin, value) = places.FirstOrDefault(place => place.Value is not null);
        if (value?.Trim() == Stdout)
            problems.Add(new SettingProblem($"{Key} ({origin})", Stdout, "standard output is for answers here; allowed is otlp or none"));
        return (value?.Trim() ?? None, value is not null);
    }

    private static string? Of(Config config) => !config.IsEmpty && config.HasPath(Key) ? config.GetString(Key) : null;
}
