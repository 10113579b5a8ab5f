using System.Collections.Concurrent;
using System.Reflection;

namespace Kairos.Extensions.AI;

/// <summary>The raw responses of System.ClientModel and Azure.Core, which have headers that can be looked up and a buffered content.</summary>
internal static class RawResponse
{
    private static readonly Type[] LookUp = [typeof(string), typeof(string).MakeByRefType()];
    private static readonly ConcurrentDictionary<Type, MethodInfo?> LookUps = new();

    public static string? HeaderOf(object response, string name)
    {
        if (ValueOf(response, "Headers") is not { } headers) return null;
        var method = LookUps.GetOrAdd(headers.GetType(), static type => type.GetMethod("TryGetValue", LookUp));
        object?[] arguments = [name, null];
        return method?.Invoke(headers, arguments) is true ? arguments[1] as string : null;
    }

    /// <summary>The content, where it was buffered; an answer that failed is.</summary>
    public static ReadOnlyMemory<byte> BodyOf(object response)
    {
        try
        {
            var content = ValueOf(response, "Content");
            return content?.GetType().GetMethod("ToMemory", Type.EmptyTypes)?.Invoke(content, null) is ReadOnlyMemory<byte> body ? body : default;
        }
        catch (TargetInvocationException)
        {
            return default;
        }
    }

    private static object? ValueOf(object response, string property) => response.GetType().GetProperty(property)?.GetValue(response);
}
