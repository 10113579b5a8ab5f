using System.Globalization;
using Kairos.Breaking;
using Kairos.Components;
using Kairos.Errors;

namespace Kairos.Calls;

/// <summary>A guarded call was not made.</summary>
public class CallRejectedException : Exception
{
    internal CallRejectedException(string component, RejectionReason rejection, TimeSpan? retryAfter, string message)
        : base(message)
    {
        Component = component;
        Rejection = rejection;
        RetryAfter = retryAfter;
    }

    /// <summary>The component that was to be called.</summary>
    public string Component { get; }

    /// <summary>Why the call was not made.</summary>
    public RejectionReason Rejection { get; }

    /// <summary>How long until it is worth trying again; null when nobody can say.</summary>
    public TimeSpan? RetryAfter { get; }

    internal static CallRejectedException For(ComponentSnapshot snapshot, RejectionReason rejection, TimeSpan? retryAfter) => rejection switch
    {
        RejectionReason.CircuitOpen => new CircuitOpenException(snapshot, retryAfter),
        RejectionReason.ConcurrencyLimit => new CallRejectedException(
            snapshot.Component, rejection, retryAfter, $"'{snapshot.Component}' was not called: {snapshot.Settings.Call.MaxConcurrent} calls run (call.max-concurrent), and the queue is full (call.max-queued) or took too long."),
        _ => new CallRejectedException(
            snapshot.Component, rejection, retryAfter, $"'{snapshot.Component}' was not called: the turn's call budget is used up."),
    };
}

/// <summary>A guarded call was not made, because the component's circuit is open or all its probe calls are out.</summary>
public sealed class CircuitOpenException : CallRejectedException, ICarriesError
{
    internal CircuitOpenException(ComponentSnapshot snapshot, TimeSpan? retryAfter)
        : base(snapshot.Component, RejectionReason.CircuitOpen, retryAfter, Describe(snapshot, retryAfter))
    {
        State = snapshot.Circuit;
        Reason = snapshot.Last.Reason;
    }

    private static string Describe(ComponentSnapshot snapshot, TimeSpan? retryAfter)
    {
        var then = snapshot.Circuit == CircuitState.HalfOpen ? "all its probe calls are out"
            : snapshot.IsIsolated ? "it stays open until it is reset"
            : string.Create(CultureInfo.InvariantCulture, $"probe calls are let through in {(retryAfter ?? TimeSpan.Zero).TotalSeconds:0.###} s");
        return $"'{snapshot.Component}' was not called: its circuit is {snapshot.Circuit.ToWireName()} ({snapshot.Last.Reason.ToWireName()}), {then}.";
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
    public CircuitState State { get; }

    /// <summary>Why the circuit is in that state.</summary>
    public TransitionReason Reason { get; }
}
