using System.Globalization;
using Kairos.Calls;
using Kairos.Classification;
using Kairos.Configuration;

namespace Kairos;

/// <summary>A guarded call was not made.</summary>
public class CallRejectedException : Exception
{
    internal CallRejectedException(string component, RejectionReason rejection, TimeSpan? retryAfter, string? message)
        : base(message)
    {
        Component = component;
        Rejection = rejection;
        RetryAfter = retryAfter;
    }

    internal CallRejectedException(string component, SpentLimit spent)
        : this(component, RejectionReason.BudgetExhausted, null, $"'{component}' was not called: the turn's call budget is used up: {spent.Used} (CallLimits.{spent.Limit}).") =>
        BudgetLimit = spent.Limit;

    /// <summary>The component that was to be called.</summary>
    public string Component { get; }

    /// <summary>Which limit of the turn's <see cref="CallBudget"/> is used up; null where that is not why.</summary>
    public BudgetLimit? BudgetLimit { get; }

    /// <summary>Why the call was not made.</summary>
    public RejectionReason Rejection { get; }

    /// <summary>How long until it is worth trying again; null when nobody can say.</summary>
    public TimeSpan? RetryAfter { get; }

    internal static CallRejectedException For(ComponentSnapshot snapshot, RejectionReason rejection, TimeSpan? retryAfter) => rejection switch
    {
        RejectionReason.CircuitOpen => new CircuitOpenException(snapshot, retryAfter),
        RejectionReason.ConcurrencyLimit => new CallRejectedException(
            snapshot.Component, rejection, retryAfter, $"'{snapshot.Component}' was not called: {Limit(snapshot.Settings.Call)} calls run (call.max-concurrent), and the queue is full (call.max-queued) or took too long."),
        _ => new CallRejectedException(snapshot.Component, rejection, retryAfter, Describe(snapshot, retryAfter)),
    };

    private static string Limit(CallPolicy call) =>
        call.MaxConcurrent == CallPolicy.AdaptiveConcurrency ? "as many as it can take now" : call.MaxConcurrent.ToString(CultureInfo.InvariantCulture);

    private static string Describe(ComponentSnapshot snapshot, TimeSpan? wait) =>
        snapshot.Settings.RateLimiter is not null ? $"'{snapshot.Component}' was not called: the application's rate limiter has no room, or not within call.rate.max-wait."
        : wait is { } time
        ? string.Create(CultureInfo.InvariantCulture, $"'{snapshot.Component}' was not called: its rate limit (call.rate) has room in {time.TotalSeconds:0.###} s, or more wait for it than call.rate.queue allows.")
        : $"'{snapshot.Component}' was not called: it needs more tokens than the {snapshot.Settings.Call.Rate.Tokens} that call.rate.tokens allows.";
}

/// <summary>A guarded call was not made, because the component's circuit is open or all its probe calls are out.</summary>
public sealed class CircuitOpenException : CallRejectedException, ICarriesError
{
    private readonly bool _isIsolated;
    private string? _message;

    internal CircuitOpenException(ComponentSnapshot snapshot, TimeSpan? retryAfter)
        : base(snapshot.Component, RejectionReason.CircuitOpen, retryAfter, message: null)
    {
        State = snapshot.Circuit;
        Reason = snapshot.Last.Reason;
        _isIsolated = snapshot.IsIsolated;
    }

    /// <summary>Names the component, the state of its circuit and why, and when it is worth trying again. Written when somebody reads it.</summary>
    public override string Message => _message ??= Describe();

    private string Describe()
    {
        var then = State == CircuitStatus.HalfOpen ? "all its probe calls are out"
            : _isIsolated ? "it stays open until it is reset"
            : string.Create(CultureInfo.InvariantCulture, $"probe calls are let through in {(RetryAfter ?? TimeSpan.Zero).TotalSeconds:0.###} s");
        return $"'{Component}' was not called: its circuit is {State.ToWireName()} ({Reason.ToWireName()}), {then}.";
    }

    /// <summary>What it means to a guard further out: the code of what opened the circuit, worth trying again, and nobody's fault anew.</summary>
    KairosError? ICarriesError.Error => new(CodeOfCause, Message) { Recoverable = true, Verdict = Verdict.Ignore, RetryAfter = RetryAfter };

    private ErrorCode CodeOfCause => Reason switch
    {
        TransitionReason.RateLimit or TransitionReason.Quota => ErrorCode.RateLimit,
        TransitionReason.Unauthorized => ErrorCode.Unauthorized,
        TransitionReason.NotFound => ErrorCode.NotFound,
        TransitionReason.ProbeExpired => ErrorCode.Timeout,
        _ => OwnErrors.CodeOf(new ClassificationContext(Component)),
    };

    /// <summary>The state of the circuit: open or half-open.</summary>
    public CircuitStatus State { get; }

    /// <summary>Why the circuit is in that state.</summary>
    public TransitionReason Reason { get; }
}

/// <summary>A guarded call did not end within one of its guard's limits. The exception that ended it is the inner one.</summary>
public sealed class CallTimeoutException : TimeoutException
{
    internal CallTimeoutException(string component, TimeLimit limit, Exception inner)
        : base(string.Create(CultureInfo.InvariantCulture, $"'{component}' did not answer within {Durations.Write(limit.Whole)} ({limit.Name})."), inner)
    {
        Component = component;
        Limit = limit.Whole;
        Setting = limit.Name;
    }

    /// <summary>The component that was called.</summary>
    public string Component { get; }

    /// <summary>The limit, as it is set.</summary>
    public TimeSpan Limit { get; }

    /// <summary>The key of the setting that the limit comes from, for example <c>call.attempt-timeout</c>; <c>the turn's CallBudget</c> where it is that.</summary>
    public string Setting { get; }
}
