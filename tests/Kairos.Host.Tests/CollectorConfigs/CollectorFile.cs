using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Kairos.Host.Tests.CollectorConfigs;

/// <summary>One pipeline of a collector.</summary>
internal sealed record Pipeline(string Name, string[] Receivers, string[] Processors, string[] Exporters)
{
    /// <summary><c>metrics</c>, <c>traces</c> or <c>logs</c>.</summary>
    public string Signal => Name.Split('/')[0];
}

/// <summary>A component as it is defined: <c>type</c>, or <c>type/name</c>.</summary>
internal sealed record DefinedComponent(string Section, string Name, YamlNode Settings)
{
    public string Type => Name.Split('/')[0];

    public DocumentedComponent Documented => Assert.Single(
        DocumentedComponent.Collector, documented => documented.Section == Section && documented.Type == Type);
}

/// <summary>A configuration of the OpenTelemetry Collector.</summary>
internal sealed partial class CollectorFile(string text)
{
    private static readonly string[] Sections = ["receivers", "processors", "exporters", "connectors"];

    public string Text => text;

    public YamlMappingNode Root { get; } = YamlTree.Parse(text);

    public IReadOnlyList<Pipeline> Pipelines =>
    [
        .. Root.At("service", "pipelines").Keys().Select(name => (Name: name, Parts: Root.At("service", "pipelines", name)))
            .Select(pipeline => new Pipeline(
                pipeline.Name, pipeline.Parts.List("receivers"), pipeline.Parts.List("processors"), pipeline.Parts.List("exporters"))),
    ];

    public IReadOnlyList<DefinedComponent> Components =>
    [
        .. Sections.SelectMany(section => Root.At(section).Children.Select(
            component => new DefinedComponent(section, ((YamlScalarNode)component.Key).Value!, component.Value))),
    ];

    /// <summary>The variables that must be set: those without a default.</summary>
    public IEnumerable<string> RequiredVariables => Variables().Matches(WithoutComments).Where(match => !match.Groups["default"].Success)
        .Select(match => match.Groups["name"].Value).Distinct();

    /// <summary>How often a variable is begun to be named, well or not.</summary>
    public int Dollars => WithoutComments.Count(character => character == '$');

    public int WellFormedVariables => Variables().Count(WithoutComments);

    public DefinedComponent Component(string section, string name) =>
        Assert.Single(Components, component => component.Section == section && component.Name == name);

    private string WithoutComments => Comments().Replace(text, "");

    [GeneratedRegex(@"\$\{env:(?<name>[A-Z][A-Z0-9_]*)(?<default>:-[^}]*)?\}")]
    private static partial Regex Variables();

    [GeneratedRegex(@"(^|\s)#.*$", RegexOptions.Multiline)]
    private static partial Regex Comments();
}
