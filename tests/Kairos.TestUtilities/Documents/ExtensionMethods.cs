using System.Reflection;
using System.Runtime.CompilerServices;

namespace Kairos.TestUtilities.Documents;

/// <summary>The public extension methods of an assembly: each is found by who uses what it extends, with no <c>using</c> for it.</summary>
internal static class ExtensionMethods
{
    /// <summary>
    /// Those that do not stand in the namespace of what they extend. Types that are more than a place for such methods, and are not called
    /// <c>…Extensions</c>, stand where other types do.
    /// </summary>
    public static IEnumerable<string> MisplacedIn(Assembly assembly) =>
        from type in assembly.GetExportedTypes()
        where type.Name.EndsWith("Extensions", StringComparison.Ordinal)
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
        where method.IsDefined(typeof(ExtensionAttribute))
        let extended = Extended(method.GetParameters()[0].ParameterType)
        where extended is not null && extended.Namespace != type.Namespace
        select $"{type.FullName}.{method.Name} extends {extended}";

    // What a parameter of a type must be, and what is in a collection; null for a method that extends anything.
    private static Type? Extended(Type type) =>
        type.IsGenericParameter ? type.GetGenericParameterConstraints().FirstOrDefault()
        : type is { Namespace: "System.Collections.Generic", IsGenericType: true } ? type.GetGenericArguments()[0]
        : type;
}
