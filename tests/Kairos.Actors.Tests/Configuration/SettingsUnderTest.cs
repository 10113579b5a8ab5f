using Akka.Configuration;
using Kairos.Configuration;

namespace Kairos.Tests.Configuration;

/// <summary>Reads settings as a start does: code over HOCON over <c>reference.conf</c>.</summary>
internal static class SettingsUnderTest
{
    public static KairosSettings Read(string hocon, Action<KairosOptions>? configure = null)
    {
        var options = new KairosOptions();
        configure?.Invoke(options);
        return SettingsReader.Read(ConfigurationFactory.ParseString(hocon).WithFallback(KairosReference.Config), options);
    }

    public static IReadOnlyList<SettingProblem> Problems(string hocon, Action<KairosOptions>? configure = null) =>
        Assert.Throws<SettingsException>(() => Read(hocon, configure)).Problems;
}
