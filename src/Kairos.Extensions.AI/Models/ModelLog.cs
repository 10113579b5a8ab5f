using Microsoft.Extensions.Logging;

namespace Kairos.Extensions.AI;

/// <summary>What operators are told.</summary>
internal static partial class ModelLog
{
    [LoggerMessage(41, LogLevel.Warning, "The SDK under the guard of '{Component}' repeats failed requests by itself ({Repeats} in one attempt). "
        + "Its retries multiply with the guard's and hide failures from it: turn them off, with WithoutRetries() on the SDK's options.")]
    public static partial void SdkRetries(ILogger logger, string component, int repeats);

    [LoggerMessage(42, LogLevel.Warning, "The guard of '{Component}' stands around a function-calling client, so its calls are never repeated: "
        + "their tools would run twice. Add UseKairos after UseFunctionInvocation, and the guard stands inside.")]
    public static partial void ToolsInside(ILogger logger, string component);
}
