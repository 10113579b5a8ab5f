using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kairos.Extensions.Http;

/// <summary>Looks for handlers in a client's pipeline that retry beside the guard, known by their names, and says so once. Thread-safe.</summary>
internal sealed partial class OtherRetries(ILoggerFactory? loggers, string component)
{
    private static readonly string[] Names =
        ["Microsoft.Extensions.Http.Resilience.ResilienceHandler", "Microsoft.Extensions.Http.PolicyHttpMessageHandler", typeof(KairosHandler).FullName!];

    private readonly ILogger _logger = loggers?.CreateLogger("Kairos") ?? NullLogger.Instance;
    private int _isTold;

    /// <summary>Looks at the handlers of a client that is being made.</summary>
    public void Look(string? client, IEnumerable<DelegatingHandler> handlers)
    {
        var retrying = handlers.Where(IsRetrying).ToList();
        if (retrying.OfType<KairosHandler>().FirstOrDefault()?.Guard.Others != this) return; // of several guards the first one speaks
        if (retrying.Count < 2 || Interlocked.Exchange(ref _isTold, 1) != 0) return;
        Warn(_logger, client, component, string.Join(", ", retrying.Select(handler => handler.GetType().Name)));
    }

    private static bool IsRetrying(DelegatingHandler handler)
    {
        for (var type = handler.GetType(); type is not null; type = type.BaseType)
        {
            if (Names.Contains(type.FullName)) return true;
        }

        return false;
    }

    [LoggerMessage(40, LogLevel.Warning, "The pipeline of the client '{Client}' has several handlers that may retry ({Handlers}): their retries multiply. "
        + "Leave all but one out, or turn the retries of all but one off; for '{Component}' by call.retry.max-attempts = 1.")]
    private static partial void Warn(ILogger logger, string? client, string component, string handlers);
}
