using System.Reflection;
using System.Runtime.CompilerServices;
using Kairos.Actors;
using Kairos.State;

namespace Kairos.Tests.Architecture;

/// <summary>Messages are sealed records that nobody can change, down to the bottom of what they hold.</summary>
public sealed class MessageTests
{
    /// <summary>What is not ours and does not change, or is made to be shared.</summary>
    private static readonly HashSet<Type> Trusted =
    [
        typeof(string), typeof(object), typeof(TimeSpan), typeof(DateTimeOffset), typeof(Exception), typeof(Nullable<>), typeof(TimeProvider),
        typeof(System.Diagnostics.ActivityContext), typeof(Akka.Actor.IActorRef), typeof(IReadOnlyList<>), typeof(MonotonicClock),
        typeof(Acknowledgement), typeof(ProbeSlots), typeof(OneShotSignal), typeof(ComponentHandle), // shared by callers and actor, and made for it
        typeof(System.Collections.Immutable.ImmutableDictionary<,>), typeof(System.Collections.Immutable.ImmutableArray<>),
        typeof(System.Threading.RateLimiting.RateLimiter), // the application's, which is made to be shared
    ];

    public static TheoryData<Type> Messages => [.. new[] { typeof(ComponentProtocol), typeof(ComponentEvents) }
        .SelectMany(protocol => protocol.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic))];

    [Theory]
    [MemberData(nameof(Messages))]
    public void Message_is_a_sealed_record(Type message)
    {
        Assert.True(message.IsSealed);
        Assert.NotNull(message.GetMethod("<Clone>$"));
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Message_cannot_be_changed(Type message)
    {
        Assert.All(message.GetProperties(), property => Assert.True(IsUnchangeable(property), property.Name));
        AssertImmutable(message, []);
    }

    [Fact]
    public void What_is_published_cannot_be_changed() => AssertImmutable(typeof(ComponentSnapshot), []);

    [Fact]
    public void Messages_without_content_have_one_instance() =>
        Assert.Same(ComponentProtocol.GetAll.Instance, ComponentProtocol.GetAll.Instance);

    [Fact]
    public void Every_message_for_a_component_says_for_which()
    {
        var addressed = typeof(ComponentProtocol).GetNestedTypes(BindingFlags.Public)
            .Where(type => type != typeof(ComponentProtocol.GetAll) && type != typeof(ComponentProtocol.AllSnapshots));

        Assert.All(addressed, type => Assert.True(type.IsAssignableTo(typeof(IComponentMessage)), type.Name));
        Assert.All(typeof(ComponentEvents).GetNestedTypes(), type => Assert.True(type.IsAssignableTo(typeof(IComponentEvent)), type.Name));
    }

    private static void AssertImmutable(Type type, HashSet<Type> seen)
    {
        if (type.IsPrimitive || type.IsEnum || type.IsInterface || Trusted.Contains(type) || !seen.Add(type)) return;
        Assert.True(type.Assembly == typeof(ComponentProtocol).Assembly, $"{type} is not known to be immutable");
        foreach (var field in type.GetFields(Signatures.All).Where(field => !field.IsStatic))
        {
            Assert.True(field.IsInitOnly || IsInlineArray(type), $"{type.Name}.{field.Name} can be changed");
            foreach (var part in Signatures.Parts(field.FieldType)) AssertImmutable(part, seen);
        }
    }

    private static bool IsUnchangeable(PropertyInfo property) =>
        property.SetMethod is null || property.SetMethod.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static bool IsInlineArray(Type type) => type.IsDefined(typeof(InlineArrayAttribute));
}
