using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace KairosAgent.Settings;

/// <summary>The configuration as the actor system gets it: without what only the agent reads, which Kairos would call unknown.</summary>
internal static class ActorConfig
{
    public static Config Of(Config config)
    {
        if (config.IsEmpty || !config.HasPath(AgentKeys.Root) || !config.GetValue(AgentKeys.Root).IsObject()) return config;
        var root = Copy(config.Root.GetObject());
        var kairos = Copy(config.GetValue(AgentKeys.Root).GetObject());
        foreach (var section in AgentKeys.Sections) kairos.Items.Remove(section);
        root.Items[AgentKeys.Root] = ValueOf(kairos);
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
