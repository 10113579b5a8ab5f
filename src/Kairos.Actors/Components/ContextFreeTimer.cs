namespace Kairos.Components;

/// <summary>Timers of things that are used again and again: what flows with the first who uses them is nobody else's business.</summary>
internal static class ContextFreeTimer
{
    /// <summary>A timer that is not set yet and takes no execution context along.</summary>
    public static ITimer Create(TimeProvider time, TimerCallback callback, object state)
    {
        if (ExecutionContext.IsFlowSuppressed()) return Create();
        using (ExecutionContext.SuppressFlow()) return Create();

        ITimer Create() => time.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
