using Kairos;

namespace KairosAgent.Settings;

/// <summary>What is to go wrong with the calls of a component. Immutable.</summary>
internal sealed record Fault
{
    /// <summary>Which share of the calls fails: 0 to 1.</summary>
    public double ErrorRate { get; init; }

    /// <summary>What they fail with; null for what is usual for the component.</summary>
    public ErrorCode? Code { get; init; }

    /// <summary>The least and the most that a call is held up.</summary>
    public TimeSpan MinLatency { get; init; }

    /// <inheritdoc cref="MinLatency"/>
    public TimeSpan MaxLatency { get; init; }

    /// <summary>How long callers are asked to wait; null where they are not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What a component fails with.</summary>
    public ErrorCode CodeFor(string component) => Code ?? component.Split('/')[0] switch
    {
        "llm" => ErrorCode.LlmError,
        "memory" => ErrorCode.MemoryError,
        "tools" => ErrorCode.ToolFailure,
        _ => ErrorCode.InternalError,
    };
}
