using System.Reflection;
using Kairos.Breaking;

namespace Kairos.Tests.Architecture;

/// <summary>Dependencies point one way, and the core is pure: it knows no actor, no clock and no I/O.</summary>
public sealed class LayerTests
{
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Text"] = [],
        ["Errors"] = ["Text"],
        ["Breaking"] = ["Errors", "Text"],
        ["Health"] = ["Breaking", "Text"],
    };

    private static readonly string[] Impure =
    [
        "Akka", "OpenTelemetry", "Microsoft", "TimeProvider", "DateTime.", "DateTimeOffset.", "Stopwatch", "Environment.", "Console.", "File.",
        "Random.", "Thread.", "Task", "Activity", "Meter", "ILogger", "lock (", "volatile", "Interlocked",
    ];

    public static TheoryData<string> PureLayers => [.. MayUse.Keys];

    [Theory]
    [MemberData(nameof(PureLayers))]
    public void Pure_layer_uses_nothing_but_the_language_and_the_layers_below(string layer)
    {
        var allowed = MayUse[layer].Append(layer).Select(name => "Kairos." + name).ToHashSet();
        var files = SourceTree.Files(layer);

        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var code = file.Lines.Where(line => !line.StartsWith("//", StringComparison.Ordinal)).ToList();
            var usings = code.Where(line => line.StartsWith("using ", StringComparison.Ordinal) && !line.StartsWith("using var ", StringComparison.Ordinal)).Select(line => line["using ".Length..].TrimEnd(';'));
            Assert.All(usings, used => Assert.True(used.StartsWith("System", StringComparison.Ordinal) || allowed.Contains(used), $"{file.Name}: {used}"));
            Assert.All(code, line => Assert.DoesNotContain(Impure, word => line.Contains(word, StringComparison.Ordinal)));
        }
    }

    [Theory]
    [MemberData(nameof(PureLayers))]
    public void Pure_layer_shows_no_type_of_another_in_any_field_or_signature(string layer)
    {
        var allowed = MayUse[layer].Append(layer).Select(name => "Kairos." + name).ToHashSet();
        var types = typeof(Breaker).Assembly.GetTypes().Where(type => type.Namespace == "Kairos." + layer).ToList();

        Assert.NotEmpty(types);
        foreach (var (type, used) in types.SelectMany(type => Signatures.Of(type).Select(used => (type, used))))
        {
            var isAllowed = used.Assembly == typeof(Breaker).Assembly
                ? allowed.Contains(used.Namespace!)
                : used.Namespace!.StartsWith("System", StringComparison.Ordinal);
            Assert.True(isAllowed, $"{type} uses {used}");
        }
    }

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
        foreach (var machine in new[] { typeof(Breaker), typeof(Kairos.Health.HealthAssessment), typeof(Kairos.Components.ComponentMachine) })
        {
            Assert.True(machine is { IsAbstract: true, IsSealed: true });
            Assert.DoesNotContain(machine.GetFields(Signatures.All), field => !field.IsInitOnly && !field.IsLiteral);
        }
    }
}
