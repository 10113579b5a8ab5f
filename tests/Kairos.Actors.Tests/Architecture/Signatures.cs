using System.Reflection;

namespace Kairos.Tests.Architecture;

/// <summary>The types that a type shows or holds.</summary>
internal static class Signatures
{
    public const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>All types of fields, parameters, results, local variables, bases and interfaces, down to the arguments of generic ones.</summary>
    public static IEnumerable<Type> Of(Type type)
    {
        var methods = type.GetMembers(All).OfType<MethodBase>().ToList();
        return type.GetFields(All).Select(field => field.FieldType)
            .Concat(methods.SelectMany(method => method.GetParameters()).Select(parameter => parameter.ParameterType))
            .Concat(methods.OfType<MethodInfo>().Select(method => method.ReturnType))
            .Concat(methods.SelectMany(method => method.GetMethodBody()?.LocalVariables ?? []).Select(local => local.LocalType))
            .Concat(type.GetInterfaces())
            .Concat(type.BaseType is { } parent ? [parent] : [])
            .SelectMany(Parts)
            .Distinct();
    }

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
