using System.Reflection;
using System.Runtime.CompilerServices;
using Kairos;
using Kairos.TestUtilities.Documents;
using KairosAgent.Running;

namespace KairosAgent.Tests.Architecture;

/// <summary>Each folder of the sample uses only those before it, and of Kairos only what is public.</summary>
public sealed class FolderTests
{
    private static readonly string[] Order = ["Text", "Settings", "Memory", "Mcp", "Tools", "Models", "Chat", "Running"];

    private static readonly Assembly Agent = typeof(ChatCommand).Assembly;

    [Fact]
    public void Each_folder_uses_only_those_before_it()
    {
        var agent = new Rooms(Agent, "samples/KairosAgent", Order);

        Assert.Empty(agent.Unordered);
        Assert.Empty(agent.Violations);
    }

    [Fact]
    public void The_README_names_the_folders_in_their_order() => Assert.Equal(
        Order, new MarkdownDocument("samples/KairosAgent/README.md").Table("folder", "holds").Select(row => row[0].Trim('`')));

    [Fact]
    public void Nothing_of_the_packages_is_open_to_it_that_is_not_to_everybody()
    {
        var packages = new[] { typeof(IKairos), typeof(KairosTelemetryOptions), typeof(ModelGuardOptions), typeof(AgentGuardOptions), typeof(Faults) }
            .Select(type => type.Assembly);

        Assert.All(packages, package => Assert.DoesNotContain(
            package.GetCustomAttributes<InternalsVisibleToAttribute>(), friend => friend.AssemblyName.StartsWith(Agent.GetName().Name!, StringComparison.Ordinal)));
        Assert.Equal(
            ["Kairos.Actors", "Kairos.Extensions.AI", "Kairos.Extensions.Agents", "Kairos.Telemetry", "Kairos.Testing"],
            Agent.GetReferencedAssemblies().Select(assembly => assembly.Name!).Where(name => name.StartsWith("Kairos", StringComparison.OrdinalIgnoreCase)).Order());
    }
}
