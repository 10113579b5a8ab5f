using System.Reflection;
using Kairos.Extensions.AI;

namespace Kairos;

/// <summary>Turns the retries of SDKs off: beneath a guard they multiply with the guard's, and hide failures from it.</summary>
public static class SdkRetries
{
    /// <summary>
    /// Turns off the retries of an SDK's client options, and returns these: those of System.ClientModel (OpenAI, Azure OpenAI), of Azure.Core,
    /// and any that have a <c>MaxRetries</c> (Anthropic). The packages are not referenced; the options are known by their properties.
    /// </summary>
    /// <exception cref="NotSupportedException">The options are of no kind that is known.</exception>
    public static TOptions WithoutRetries<TOptions>(this TOptions options) where TOptions : notnull
    {
        object boxed = options;
        if (!TrySetPolicy(boxed) && !TrySetZero(boxed) && !TrySetZero(boxed.GetType().GetProperty("Retry")?.GetValue(boxed)))
            throw new NotSupportedException($"The retries of {boxed.GetType()} cannot be turned off: there is neither a RetryPolicy nor a MaxRetries.");
        return (TOptions)boxed;
    }

    /// <summary>System.ClientModel: a policy that tries once.</summary>
    private static bool TrySetPolicy(object options)
    {
        if (!ReflectedTypes.Is(options.GetType(), "System.ClientModel.Primitives.ClientPipelineOptions")) return false;
        var property = options.GetType().GetProperty("RetryPolicy")!;
        var policy = property.PropertyType.Assembly.GetType("System.ClientModel.Primitives.ClientRetryPolicy", throwOnError: true)!;
        property.SetValue(options, policy.GetConstructor([typeof(int)])!.Invoke([0]));
        return true;
    }

    private static bool TrySetZero(object? options)
    {
        if (options?.GetType().GetProperty("MaxRetries", BindingFlags.Public | BindingFlags.Instance) is not { CanWrite: true } property) return false;
        if (property.PropertyType != typeof(int) && property.PropertyType != typeof(int?)) return false;
        property.SetValue(options, 0);
        return true;
    }
}
