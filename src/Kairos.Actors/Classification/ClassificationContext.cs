namespace Kairos;

/// <summary>What is known about a call besides the exception that it ended in. A value; thread-safe.</summary>
/// <param name="Component">The component that was called. The first segment of its name decides what an unknown failure is called:
/// <c>llm</c> and <c>llm/fast</c> fail with <c>llm_error</c>.</param>
public readonly record struct ClassificationContext(string Component)
{
    private readonly bool _changesThings;
    private readonly TimeProvider? _time;

    /// <summary>Whether our own deadline or attempt timeout had elapsed when the call ended. Default: false.</summary>
    public bool IsTimeout { get; init; }

    /// <summary>Whether the call may be made twice without harm. Default: true. Matters for tools: their failures are recoverable only
    /// then.</summary>
    public bool IsIdempotent
    {
        get => !_changesThings;
        init => _changesThings = !value;
    }

    /// <summary>The clock by which a <c>Retry-After</c> that names a date is read. Default: the system's.</summary>
    public TimeProvider Time
    {
        get => _time ?? TimeProvider.System;
        init => _time = value;
    }
}
