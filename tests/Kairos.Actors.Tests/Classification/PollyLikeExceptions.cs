namespace Polly
{
    /// <summary>As Polly 8 has it: what a strategy throws in place of a call. Kairos knows it by its name.</summary>
    public class ExecutionRejectedException(Exception? inner = null) : Exception("not executed", inner);
}

namespace Polly.Timeout
{
    /// <summary>As Polly 8 has it.</summary>
    public class TimeoutRejectedException : ExecutionRejectedException;
}

namespace Kairos.Tests.Classification
{
    /// <summary>As Polly's exceptions of an open breaker and of a full limiter have it: they tell how long to wait.</summary>
    public sealed class WaitingRejectionException(TimeSpan? retryAfter, Exception? inner = null) : Polly.ExecutionRejectedException(inner)
    {
        public TimeSpan? RetryAfter { get; } = retryAfter;
    }

    /// <summary>Another library's, which has the property and not the name.</summary>
    public sealed class ExecutionRejectedException : Exception
    {
        public TimeSpan? RetryAfter { get; } = TimeSpan.FromSeconds(1);
    }
}
