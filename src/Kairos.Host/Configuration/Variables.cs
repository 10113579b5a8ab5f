using System.Collections;

namespace Kairos.Host.Configuration;

/// <summary>The environment as the settings read it.</summary>
internal static class Variables
{
    public static IReadOnlyDictionary<string, string> OfProcess() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
}
