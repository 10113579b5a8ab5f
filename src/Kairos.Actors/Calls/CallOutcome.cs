using Kairos.Components;
using Kairos.Errors;

namespace Kairos.Calls;

/// <summary>How a guarded call ended, without an exception. Immutable.</summary>
/// <typeparam name="TResult">The type of its result.</typeparam>
public readonly struct CallOutcome<TResult>
{
    private readonly TResult _value;

    private CallOutcome(CallStatus status, TResult value)
    {
        Status = status;
        _value = value;
    }

    /// <summary>How it ended.</summary>
    public CallStatus Status { get; }

    /// <summary>Whether it has a result.</summary>
    public bool IsSuccess => Status == CallStatus.Success;

    /// <summary>Whether the result is that of a fallback which declared itself degraded.</summary>
    public bool IsDegraded { get; private init; }

    /// <summary>Why it was not made.</summary>
    public RejectionReason Rejection { get; private init; }

    /// <summary>When rejected: how long until it is worth trying again; null when nobody can say.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>What went wrong last; null on success, on rejection and when the caller cancelled.</summary>
    public KairosError? Error { get; private init; }

    /// <summary>The exception that the call ended with, where it did.</summary>
    public Exception? Exception { get; private init; }

    /// <summary>The result.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public TResult Value => IsSuccess ? _value : throw new InvalidOperationException($"The call has no result: {Status}.");

    internal static CallOutcome<TResult> Success(TResult value, bool isDegraded = false) =>
        new(CallStatus.Success, value) { IsDegraded = isDegraded };

    internal static CallOutcome<TResult> Failed(KairosError error, Exception exception) =>
        new(error.Verdict == Verdict.Ignore ? CallStatus.Ignored : CallStatus.Failure, default!) { Error = error, Exception = exception };

    internal static CallOutcome<TResult> Cancelled(Exception exception) => new(CallStatus.Ignored, default!) { Exception = exception };

    /// <summary>The picture by which the call was rejected.</summary>
    internal ComponentSnapshot? RejectedBy { get; private init; }

    internal static CallOutcome<TResult> Rejected(RejectionReason reason, ComponentSnapshot snapshot, TimeSpan? retryAfter = null) =>
        new(CallStatus.Rejected, default!) { Rejection = reason, RetryAfter = retryAfter, RejectedBy = snapshot };
}
