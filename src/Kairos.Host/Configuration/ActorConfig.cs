using Akka.Configuration;
using Akka.Configuration.Hocon;
using Kairos.Configuration;
using Kairos.Telemetry.Configuration;

namespace Kairos.Host.Configuration;

/// <summary>
/// The configuration as the actor system gets it: without what only the host reads. The library does not know it, and Akka logs all that it has when
/// it is asked to (<c>log-config-on-start</c>), secrets included.
/// </summary>
internal static class ActorConfig
{
    public static Config Of(Config config)
    {
        if (config.IsEmpty || !config.HasPath(SettingsReader.Section) || !config.GetValue(SettingsReader.Section).IsObject()) return config;
        var root = Copy(config.Root.GetObject());
        var kairos = Copy(config.GetValue(SettingsReader.Section).GetObject());
        foreach (var section in TelemetryKeys.Sections) kairos.Items.Remove(section);
        root.Items[SettingsReader.Section] = ValueOf(kairos);
        return new Config(new HoconRoot(ValueOf(root)));
    }

    private static HoconObject Copy(HoconObject from)
    {
        var copy = new HoconObject();
        foreach (var (key, value) in from.Items) copy.Items[key] = value;
        return copy;
    }

    private static HoconValue ValueOf(HoconObject from)
    {
        var value = new HoconValue();
        value.AppendValue(from);
        return value;
    }
}
