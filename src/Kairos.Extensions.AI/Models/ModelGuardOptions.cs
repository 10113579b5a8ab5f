using Kairos.Errors;
using Microsoft.Extensions.Logging;

namespace Kairos.Extensions.AI;

/// <summary>What is special about a guarded model. Immutable and thread-safe. Time limits, retries and the breaker are the component's
/// settings, not these.</summary>
public sealed record ModelGuardOptions
{
    /// <summary>Nothing special.</summary>
    public static readonly ModelGuardOptions Default = new();

    /// <summary>Turns exceptions into errors, with <see cref="AgentErrors.ForAgents"/> added. Default: the classifier of Kairos' options.</summary>
    public ErrorClassifier? Classifier { get; init; }

    /// <summary>Whether a request may be sent again after it has failed. Default true. Of a client with a function-calling client inside it
    /// no request is repeated, whatever this says: its tools would run twice.</summary>
    public bool IsIdempotent { get; init; } = true;

    /// <summary>Whether a stream that ends without a finish reason has failed. Default true; false for servers that never send one.</summary>
    public bool RequiresFinishReason { get; init; } = true;

    /// <summary>Whether the guard watches the HTTP requests that its model's SDK sends: for the retry-after of SDKs that drop it, and to warn
    /// once when the SDK repeats requests by itself. Default true.</summary>
    public bool WatchesHttp { get; init; } = true;

    /// <summary>Where warnings go. Default: the logger factory of the services, where the client is built with them.</summary>
    public ILogger? Logger { get; init; }
}
