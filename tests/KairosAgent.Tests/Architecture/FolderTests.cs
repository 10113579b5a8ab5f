using System.Reflection;
using System.Runtime.CompilerServices;
using Kairos.Hosting;
using Kairos.Telemetry;
using Kairos.Tests.Architecture;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Documents;
using KairosAgent.Running;

namespace KairosAgent.Tests.Architecture;

/// <summary>Each folder of the sample uses only those before it, and of Kairos only what is public.</summary>
public sealed class FolderTests
{
    private const string Root = "KairosAgent";

    private static readonly string[] Order = ["Text", "Settings", "Faults", "Memory", "Mcp", "Tools", "Models", "Chat", "Running"];

    private static readonly Assembly Agent = typeof(ChatCommand).Assembly;

    public static TheoryData<string> Folders => [.. Order];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_uses_only_those_before_it(string folder)
    {
        var files = Directory.EnumerateFiles(Repository.PathOf($"samples/KairosAgent/{folder}"), "*.cs", SearchOption.AllDirectories).ToList();
        var used = files.SelectMany(File.ReadLines).Where(line => line.StartsWith($"using {Root}.", StringComparison.Ordinal)).Select(line => line[$"using {Root}.".Length..^1]);

        Assert.NotEmpty(files);
        Assert.Subset(AllowedIn(folder), used.ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void No_type_of_a_folder_shows_or_holds_one_of_a_later_folder(string folder)
    {
        var types = Agent.GetTypes().Where(type => type.Namespace == $"{Root}.{folder}").ToList();

        Assert.NotEmpty(types);
        foreach (var (type, used) in types.SelectMany(type => Signatures.Of(type).Where(used => used.Assembly == Agent).Select(used => (type, used))))
            Assert.True(AllowedIn(folder).Contains(used.Namespace?[(Root.Length + 1)..] ?? folder), $"{type} uses {used}");
    }

    [Fact]
    public void All_folders_are_in_the_order() => Assert.Equal(
        Order.Order(),
        Directory.EnumerateDirectories(Repository.PathOf("samples/KairosAgent")).Select(path => Path.GetFileName(path)!).Except(["bin", "obj"]).Order());

    [Fact]
    public void The_README_names_the_folders_in_their_order() => Assert.Equal(
        Order, new MarkdownDocument("samples/KairosAgent/README.md").Table("folder", "holds").Select(row => row[0].Trim('`')));

    [Fact]
    public void Nothing_of_the_packages_is_open_to_it_that_is_not_to_everybody()
    {
        var packages = new[] { typeof(IKairos), typeof(TelemetryOptions), typeof(Kairos.Extensions.AI.KairosModelExtensions) }.Select(type => type.Assembly);

        Assert.All(packages, package => Assert.DoesNotContain(
            package.GetCustomAttributes<InternalsVisibleToAttribute>(), friend => friend.AssemblyName.StartsWith(Agent.GetName().Name!, StringComparison.Ordinal)));
        Assert.Equal(
            ["Kairos.Actors", "Kairos.Extensions.AI", "Kairos.Telemetry"],
            Agent.GetReferencedAssemblies().Select(assembly => assembly.Name!).Where(name => name.StartsWith("Kairos", StringComparison.OrdinalIgnoreCase)).Order());
    }

    private static HashSet<string> AllowedIn(string folder) => [.. Order.TakeWhile(name => name != folder), folder];
}
