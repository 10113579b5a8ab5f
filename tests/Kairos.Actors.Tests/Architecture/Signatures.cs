using System.Reflection;

namespace Kairos.Tests.Architecture;

/// <summary>How tests of the architecture look at types.</summary>
internal static class Signatures
{
    public const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>A type, or what an array, a reference or a generic type is made of.</summary>
    public static IEnumerable<Type> Parts(Type type)
    {
        if (type.IsGenericParameter) return [];
        if (type.HasElementType) return Parts(type.GetElementType()!);
        return type.IsGenericType
            ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition())
            : [type];
    }
}
