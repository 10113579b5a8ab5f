namespace Kairos.Hosting.Settings;

/// <summary>Truth values as the configuration writes them: <c>true</c>, <c>on</c>, <c>yes</c> and their opposites.</summary>
internal static class Booleans
{
    public static bool TryRead(string text, out bool value)
    {
        value = text is "true" or "on" or "yes";
        return value || text is "false" or "off" or "no";
    }
}
