using Microsoft.Extensions.Logging;

namespace Kairos.Extensions.Agents;

/// <summary>What operators are told.</summary>
internal static partial class AgentLog
{
    [LoggerMessage(43, LogLevel.Warning, "A session of '{Component}' cannot be written as JSON ({Cause}), so that it cannot be put back: runs with such "
        + "sessions are not made again after a failure.")]
    public static partial void NotRepeatable(ILogger logger, string component, string cause);
}
