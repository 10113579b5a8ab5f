using Microsoft.Extensions.Logging;

namespace Kairos;

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

    /// <summary>Whether the guard watches the HTTP requests that its model's SDK sends, and reads along what is answered: for errors within
    /// answers of success, for the codes and the retry-after that SDKs drop, for whose answer it was, for the limits below, and to warn once
    /// when the SDK repeats requests by itself. Default true.</summary>
    public bool WatchesHttp { get; init; } = true;

    /// <summary>The most that an answer, or a whole stream, may hold, in bytes, decompressed; where they are not seen, in characters of
    /// text. More is a failure that is not recoverable. At least 1; default 64 MB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public long MaxAnswerBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxAnswerBytes));
            field = value;
        }
    } = 64 * Megabyte;

    /// <summary>The most that a line or event of a stream may hold, in bytes. More is a failure that is not recoverable. At least 1; default
    /// 8 MB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int MaxLineBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxLineBytes));
            field = value;
        }
    } = 8 * Megabyte;

    /// <summary>The most that is read of the body of an answer that failed, in bytes. The rest is left out, and the error says so. At least 1;
    /// default 1 MB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int MaxErrorBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxErrorBytes));
            field = value;
        }
    } = Megabyte;

    /// <summary>Counts tokens before a call, where <c>call.rate.tokens</c> limits them. Default: one for four letters.</summary>
    public ITokenEstimator? Tokens { get; init; }

    /// <summary>Who is served first where calls wait for <c>call.rate</c>. Default: interactive.</summary>
    public CallPriority Priority { get; init; }

    /// <summary>Where warnings go. Default: the logger factory of the services, where the client is built with them and they have one; else
    /// the actor system's log.</summary>
    public ILogger? Logger { get; init; }

    private const int Megabyte = 1024 * 1024;
}
