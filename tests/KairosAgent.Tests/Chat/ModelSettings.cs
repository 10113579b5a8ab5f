using Kairos.TestUtilities.Collecting;

namespace KairosAgent.Tests.Chat;

/// <summary>The variables of a model behind an endpoint, and of telemetry that a test looks at.</summary>
internal static class ModelSettings
{
    public const string Key = "my-own-key-0123456789";

    public static (string, string)[] Of(Uri server) =>
        [("KAIROS_LLM_BASE_URL", $"{server}v1"), ("KAIROS_LLM_MODEL", "small"), ("KAIROS_LLM_API_KEY", Key)];

    public static (string, string)[] OfBackup(Uri server) =>
        [("KAIROS_LLM_BACKUP_BASE_URL", $"{server}v1"), ("KAIROS_LLM_BACKUP_MODEL", "large"), ("KAIROS_LLM_BACKUP_API_KEY", $"{Key}-of-the-backup")];

    public static (string, string)[] Exporting(OtlpCollector collector) =>
        [("KAIROS_TELEMETRY_EXPORTER", "otlp"), ("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc)];
}
