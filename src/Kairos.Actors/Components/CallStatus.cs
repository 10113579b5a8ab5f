namespace Kairos;

/// <summary>How a guarded call ended.</summary>
public enum CallStatus
{
    /// <summary>With a result.</summary>
    Success,

    /// <summary>With an error of the component.</summary>
    Failure,

    /// <summary>Neutrally: the caller cancelled it, or the error says nothing about the component.</summary>
    Ignored,

    /// <summary>It was never made.</summary>
    Rejected,
}

/// <summary>Why a guarded call was not made.</summary>
public enum RejectionReason
{
    /// <summary>It was not rejected.</summary>
    None,

    /// <summary>The circuit is open, or all its probe calls are out.</summary>
    CircuitOpen,

    /// <summary>As many calls as <c>call.max-concurrent</c> allows are running, and the queue is full.</summary>
    ConcurrencyLimit,

    /// <summary>The turn's <see cref="Kairos.CallBudget"/> is used up.</summary>
    BudgetExhausted,

    /// <summary>The limit of <c>call.rate</c> has no room in time, or the request is larger than it allows at all.</summary>
    RateLimit,
}

/// <summary>Who is served first where calls wait for a component's rate limit.</summary>
public enum CallPriority
{
    /// <summary>Somebody waits for the answer. The default.</summary>
    Interactive,

    /// <summary>Nobody waits for the answer: served behind all interactive calls, but for one in five, so that nobody waits for ever.</summary>
    Batch,
}
