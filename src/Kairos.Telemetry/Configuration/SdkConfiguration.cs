using System.Collections;
using Microsoft.Extensions.Configuration;

namespace Kairos.Telemetry.Configuration;

/// <summary>What OpenTelemetry's SDK reads from an application's configuration and from nowhere else.</summary>
internal static class SdkConfiguration
{
    private const string Prefix = "OTEL_";
    private const string ExemplarFilter = "OTEL_METRICS_EXEMPLAR_FILTER";

    /// <summary>
    /// Its variables, which an application that is built empty does not have in its configuration: samplers, limits and all else that is not
    /// Kairos' to set. Exemplars of what is traced, unless something else is said. Retries, experimental by name and for all signals together;
    /// an empty value is none.
    /// </summary>
    public static Dictionary<string, string?> For(IConfiguration configuration, KairosTelemetryOptions options)
    {
        var values = new Dictionary<string, string?>();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (name.StartsWith(Prefix, StringComparison.Ordinal) && configuration[name] is null) values[name] = (string?)variable.Value;
        }

        if (string.IsNullOrEmpty(configuration[ExemplarFilter] ?? values.GetValueOrDefault(ExemplarFilter))) values[ExemplarFilter] = "trace_based";
        values["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = options.Otlp.Retry switch
        {
            OtlpRetry.Memory => "in_memory",
            OtlpRetry.Disk => "disk",
            _ => "",
        };
        values["OTEL_DOTNET_EXPERIMENTAL_OTLP_DISK_RETRY_DIRECTORY_PATH"] = options.Otlp.RetryDirectory;
        return values;
    }
}
