using System.Reflection;
using System.Text.RegularExpressions;
using Kairos.CircuitBreaker;
using Kairos.Components;
using Kairos.Health;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Documents;

namespace Kairos.Tests.Architecture;

/// <summary>Dependencies point one way, and the core is pure: it knows no actor, no clock and no I/O.</summary>
public sealed class LayerTests
{
    private static readonly string[] Order =
    [
        "Errors", "Classification", "CircuitBreaker", "Health", "Components", "Configuration", "State", "Instruments", "Dispatch", "Actors", "Calls", "Hosting",
    ];

    private static readonly Rooms Library = new(typeof(Breaker).Assembly, "src/Kairos.Actors", Order);

    private static readonly string[] Impure =
    [
        "Akka", "OpenTelemetry", "Microsoft", "TimeProvider", "DateTime.", "DateTimeOffset.", "Stopwatch", "Environment.", "Console.", "File.",
        "Random.", "Thread.", "Task", "Activity", "Meter", "ILogger", "lock (", "volatile", "Interlocked",
    ];

    [Fact]
    public void Each_room_of_the_library_uses_only_those_before_it()
    {
        Assert.Empty(Library.Unordered);
        Assert.Empty(Library.Violations);
    }

    [Fact]
    public void The_page_of_the_architecture_names_the_rooms_in_their_order() =>
        Assert.Equal(Order, new MarkdownDocument("ARCHITECTURE.md").Table("room", "holds").Select(row => row[0].Trim('`')));

    [Fact]
    public void Every_file_that_the_page_of_the_architecture_names_is_there()
    {
        var named = Regex.Matches(File.ReadAllText(Repository.PathOf("ARCHITECTURE.md")), "`([A-Za-z/.]+\\.cs)`").Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.InRange(named.Count, 20, 100);
        Assert.All(named, file => Assert.True(File.Exists(Repository.PathOf($"src/Kairos.Actors/{file}")), file));
    }

    [Theory]
    [InlineData("Errors")]
    [InlineData("CircuitBreaker")]
    [InlineData("Health")]
    [InlineData("Components/Limits")]
    [InlineData("Components/Machine")]
    public void A_pure_room_uses_nothing_but_the_language(string room)
    {
        var files = Directory.GetFiles(Repository.PathOf($"src/Kairos.Actors/{room}"), "*.cs");

        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var code = File.ReadLines(file).Select(line => line.Trim()).Where(line => !line.StartsWith("//", StringComparison.Ordinal));
            Assert.All(code, line => Assert.DoesNotContain(Impure, word => line.Contains(word, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Public_types_stand_in_one_namespace_and_others_in_that_of_their_room()
    {
        var types = typeof(Breaker).Assembly.GetTypes().Where(type => type is { IsNested: false, Namespace: not null } && type.Namespace.StartsWith("Kairos", StringComparison.Ordinal)).ToList();

        Assert.All(types.Where(type => type.IsPublic), type => Assert.Equal("Kairos", type.Namespace));
        Assert.All(types.Where(type => type.Namespace != "Kairos"), type => Assert.Contains(type.Name.Split('`')[0], Library.TypesOf(type.Namespace!["Kairos.".Length..])));
    }

    [Fact]
    public void Extension_methods_stand_in_the_namespace_of_what_they_extend() => Assert.Empty(ExtensionMethods.MisplacedIn(typeof(Breaker).Assembly));

    [Fact]
    public void The_library_references_the_API_of_OpenTelemetry_and_not_its_SDK()
    {
        var references = typeof(Breaker).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!);

        Assert.Subset(
            new HashSet<string>(["OpenTelemetry.Api", "OpenTelemetry.Api.ProviderBuilderExtensions"]),
            references.Where(name => name.StartsWith("OpenTelemetry", StringComparison.Ordinal)).ToHashSet());
    }

    [Fact]
    public void No_actor_handles_a_message_asynchronously()
    {
        var actors = typeof(Breaker).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(Akka.Actor.ActorBase))).ToList();

        Assert.Equal(7, actors.Count);
        var asynchronous = actors
            .SelectMany(actor => actor.GetMethods(Signatures.All))
            .Where(method => method.IsDefined(typeof(System.Runtime.CompilerServices.AsyncStateMachineAttribute)));
        Assert.Empty(asynchronous.Select(method => $"{method.DeclaringType!.Name}.{method.Name}"));
    }

    [Fact]
    public void Machines_are_static_and_keep_nothing()
    {
        foreach (var machine in new[] { typeof(Breaker), typeof(HealthAssessment), typeof(ComponentMachine) })
        {
            Assert.True(machine is { IsAbstract: true, IsSealed: true });
            Assert.DoesNotContain(machine.GetFields(Signatures.All), field => !field.IsInitOnly && !field.IsLiteral);
        }
    }
}
