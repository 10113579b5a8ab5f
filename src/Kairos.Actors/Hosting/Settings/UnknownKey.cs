using Kairos.Errors;

namespace Kairos.Hosting.Settings;

/// <summary>What is said of a key that is not known. Neither its value is repeated nor one in the place of a key: a misspelt key may well hold a secret.</summary>
internal static class UnknownKey
{
    public static SettingProblem Problem(string key, IReadOnlyCollection<string> known) => new(
        Redaction.OfKey(key),
        null,
        known.Any(candidate => candidate.StartsWith(key + ".", StringComparison.Ordinal))
            ? "allowed is a section, in braces"
            : $"unknown key; the nearest known one is {NearestKey.Of(key, known)}");
}
