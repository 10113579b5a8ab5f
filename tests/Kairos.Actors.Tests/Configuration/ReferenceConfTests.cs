using Akka.Configuration;
using Kairos.Configuration;

namespace Kairos.Tests.Configuration;

/// <summary><c>reference.conf</c>, the table of keys and the records' defaults say the same thing.</summary>
public sealed class ReferenceConfTests
{
    private const string Defaults = "kairos.defaults.";

    private static readonly Dictionary<string, Written> Reference =
        HoconSource.Leaves(KairosReference.Config, "kairos").ToDictionary(leaf => leaf.Name);

    public static TheoryData<string> Keys => [.. ComponentKeys.All.Select(setting => setting.Key)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Key_has_the_same_default_in_the_reference_and_in_the_record(string key)
    {
        var setting = ComponentKeys.All.Single(setting => setting.Key == key);
        var change = setting.Read(Reference[Defaults + key].Value!);

        Assert.NotNull(change);
        Assert.Equal(setting.Write(ComponentSettings.Default), setting.Write(change(Other(ComponentSettings.Default))));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Key_is_explained_above_its_line(string key)
    {
        var lines = KairosReference.Text.Split('\n').Select(line => line.Trim()).ToList();
        var leaf = key[(key.LastIndexOf('.') + 1)..];
        var places = Enumerable.Range(1, lines.Count - 1).Where(line => lines[line].StartsWith(leaf + " =", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(places);
        Assert.All(places, line => Assert.StartsWith("# ", lines[line - 1], StringComparison.Ordinal));
    }

    [Fact]
    public void Every_default_in_the_reference_is_a_known_key() => Assert.Equal(
        ComponentKeys.All.Select(setting => Defaults + setting.Key).Order(StringComparer.Ordinal),
        Reference.Keys.Where(key => key.StartsWith(Defaults, StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Fact]
    public void No_key_stands_in_the_table_twice() =>
        Assert.Equal(ComponentKeys.All.Count, ComponentKeys.All.DistinctBy(setting => setting.Key).Count());

    [Fact]
    public void The_reference_alone_gives_the_defaults()
    {
        var settings = SettingsUnderTest.Read("");

        Assert.Equal((10_000, ComponentSettings.Default), (settings.MaxComponents, settings.Defaults));
        Assert.Equal(["llm", "memory", "tools"], settings.Components.AsEnumerable());
    }

    [Fact]
    public void No_configuration_at_all_gives_the_defaults_and_no_components()
    {
        var settings = SettingsReader.Read(ConfigurationFactory.Empty, new KairosOptions());

        Assert.Equal((10_000, ComponentSettings.Default), (settings.MaxComponents, settings.Defaults));
        Assert.Empty(settings.Components);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Key_reaches_its_own_value_and_no_other(string key)
    {
        var setting = ComponentKeys.All.Single(setting => setting.Key == key);
        var changed = setting.Read(SampleValues.For(key))!(ComponentSettings.Default);

        Assert.NotEqual(setting.Write(ComponentSettings.Default), setting.Write(changed));
        foreach (var other in ComponentKeys.All.Where(other => other != setting))
            Assert.Equal(other.Write(ComponentSettings.Default), other.Write(changed));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Key_reads_back_what_it_writes(string key)
    {
        var setting = ComponentKeys.All.Single(setting => setting.Key == key);
        var changed = setting.Read(SampleValues.For(key))!(ComponentSettings.Default);

        Assert.Equal(changed, setting.Read(setting.Write(changed))!(ComponentSettings.Default));
    }

    /// <summary>Settings that differ from the defaults in every key, so that a default that is read must have been read.</summary>
    private static ComponentSettings Other(ComponentSettings settings) =>
        ComponentKeys.All.Aggregate(settings, (current, setting) => setting.Read(SampleValues.For(setting.Key))!(current));
}
