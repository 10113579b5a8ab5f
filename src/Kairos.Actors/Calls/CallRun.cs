using System.Diagnostics;
using System.Runtime.CompilerServices;
using Kairos.CircuitBreaker;
using Kairos.State;

namespace Kairos.Calls;

/// <summary>Makes one attempt under a ticket, and accounts for it.</summary>
internal delegate ValueTask<CallOutcome<TResult>> Attempting<TState, TResult>(CallRun run, TState state, CallTicket ticket);

/// <summary>
/// One guarded call while it runs to its end: bulkhead, admission, attempt, account, retry, fallback. Every attempt is admitted and accounted for by
/// itself; the call as a whole is counted once.
/// </summary>
/// <param name="target">The component.</param>
/// <param name="options">What is special about the call.</param>
/// <param name="classifier">The guard's classifier, where the options name none.</param>
/// <param name="caller">The caller's token.</param>
/// <param name="begin">When the call began, if an attempt was made already.</param>
internal sealed class CallRun(GuardTarget target, GuardedCallOptions options, ErrorClassifier classifier, CancellationToken caller, TimeSpan? begin = null)
{
    private readonly TimeSpan _begin = begin ?? target.Runtime.Clock.Now;
    private readonly CallBudget? _budget = CallBudget.Current;
    private readonly UsageCharge? _charge = target.Handle.Snapshot.HasRateLimit || (options.Usage is not null && CallBudget.Current is not null)
        ? new UsageCharge(target, options, CallBudget.Current)
        : null;
    private Activity? _span;
    private Bulkhead? _permit;
    private SeenErrors _errors;

    public GuardTarget Target => target;

    public CancellationToken Caller => caller;

    /// <summary>The policy in force when the call began.</summary>
    public CallPolicy Policy { get; } = target.Handle.Snapshot.Settings.Call;

    /// <summary>What the call has left of its deadline and of the turn's.</summary>
    public TimeLimit TimeLeft
    {
        get
        {
            var left = Policy.Deadline == Timeout.InfiniteTimeSpan ? Policy.Deadline : TimeLimit.Rest(Policy.Deadline, Now - _begin);
            var own = new TimeLimit(left, Policy.Deadline, TimeLimit.Deadline);
            return _budget is null ? own : own.OrShorter(_budget.LeastTimeLeft);
        }
    }

    private TimeSpan Now => target.Runtime.Clock.Now;

    /// <summary>Runs a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="state">What it is given.</param>
    /// <param name="failed">An attempt that was made already, where there was one: it is accounted for, whatever the settings say meanwhile.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<CallOutcome<TResult>> RunAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, FailedAttempt? failed)
    {
        using var span = StartSpan();
        var (permit, refused) = failed is null ? await EnterAsync<TResult>().ConfigureAwait(false) : default;
        CallOutcome<TResult> outcome;
        try
        {
            outcome = refused ?? await AttemptsAsync(
                static (run, it, ticket) => run.AttemptAsync(it.call, it.state, ticket), (call, state), failed).ConfigureAwait(false);
        }
        finally
        {
            Leave(permit);
        }

        Count(outcome.Status, outcome.Rejection);
        if (outcome.Status is CallStatus.Failure or CallStatus.Rejected && options is GuardedCallOptions<TState, TResult> { Fallbacks.Count: > 0 } more)
            outcome = await FallBackAsync(more.Fallbacks, state, outcome).ConfigureAwait(false);
        Conclude(outcome);
        return outcome;
    }

    /// <summary>Begins the span of the call, which ends when it is disposed.</summary>
    public Activity? StartSpan() => _span = CallTelemetry.Start(target.Name, options.Operation);

    /// <summary>
    /// Takes a permit of the bulkhead, where the component has one. Returns the permit to give back, or the rejection.
    /// </summary>
    public async ValueTask<(Bulkhead? Permit, CallOutcome<TResult>? Refused)> EnterAsync<TResult>()
    {
        if (target.Handle.BulkheadFor(Policy) is not { } bulkhead) return default;
        try
        {
            if (!await bulkhead.EnterAsync(TimeLeft.Left, target.Runtime.Clock.Provider, caller).ConfigureAwait(false))
                return (null, CallOutcome<TResult>.Rejected(RejectionReason.ConcurrencyLimit, target.Handle.Snapshot));
            _permit = bulkhead;
            return (bulkhead, null);
        }
        catch (OperationCanceledException exception)
        {
            return (null, CallOutcome<TResult>.Neutral(exception));
        }
    }

    /// <summary>The call has left its component: what it took of limits is settled.</summary>
    public void Leave(Bulkhead? permit)
    {
        permit?.Leave();
        _charge?.Settle();
    }

    /// <summary>The call as a whole has ended: counted, and measured where that is asked for.</summary>
    public void Count(CallStatus status, RejectionReason rejection)
    {
        OutcomeReporter.Count(target.Handle.Ledger, status, rejection);
        if (rejection > RejectionReason.CircuitOpen && !target.Handle.IsRetired && target.Handle.Rejections.IsDue(rejection, Now))
            target.Tell(new ComponentProtocol.TellRejections(rejection));
        if (Policy.MeasureDuration) CallTelemetry.Measure(target.Runtime.CallDuration, target.Name, status, Now - _begin);
    }

    /// <summary>Whether the call runs under a limit that finds itself.</summary>
    public bool IsUnderAdaptiveLimit => _permit?.IsAdaptive == true;

    /// <summary>An attempt has been answered: a limit that finds itself learns how long that took.</summary>
    public void Answered(TimeSpan? duration)
    {
        if (duration is { } time) _permit?.Ended(time, isOverload: false);
    }

    /// <summary>Attempts until one succeeds, or there is no use in another.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<CallOutcome<TResult>> AttemptsAsync<TState, TResult>(Attempting<TState, TResult> attempt, TState state, FailedAttempt? failed)
    {
        CallOutcome<TResult>? last = null;
        for (var number = 1; ; number++)
        {
            CallOutcome<TResult> outcome;
            if (failed is { } before)
            {
                outcome = await FailAsync<TResult>(before).ConfigureAwait(false);
                failed = null;
            }
            else
            {
                if (caller.IsCancellationRequested) return CallOutcome<TResult>.Cancelled(caller);
                if (_charge is { IsLimited: true } && await PaceAsync<TResult>(_charge).ConfigureAwait(false) is { } refused) return last ?? refused;
                if (_charge is { IsLimited: false }) _charge.BeginAttempt();
                if (_budget?.TryTake() is { } spent) return NotMade(last, CallOutcome<TResult>.Rejected(spent, target.Handle.Snapshot));
                var (answer, decidedBy) = await AdmissionControl.AdmitAsync(target, options.GoesPastCircuit).ConfigureAwait(false);
                if (!answer.IsAdmitted) return NotMade(last, CallOutcome<TResult>.Rejected(RejectionReason.CircuitOpen, decidedBy, answer.RetryAfter));
                outcome = await attempt(this, state, answer.Ticket).ConfigureAwait(false);
            }

            if (caller.IsCancellationRequested) return outcome; // it failed before its caller left: that is how the call ended
            if (outcome.Error is not { } error || WaitBeforeRetry(error, number) is not { } wait) return outcome;
            last = outcome;
            CallTelemetry.Retry(_span, error, number, wait);
            if (!await WaitAsync(wait).ConfigureAwait(false)) return outcome;
        }
    }

    /// <summary>Waits for room in the rate limit, unless the circuit would not let the attempt through anyway. Null where it may be made.</summary>
    private async ValueTask<CallOutcome<TResult>?> PaceAsync<TResult>(UsageCharge charge)
    {
        var snapshot = target.Handle.Snapshot;
        if (!options.GoesPastCircuit && AdmissionControl.IsShut(snapshot, target.Runtime.Clock, out var retryAfter))
            return CallOutcome<TResult>.Rejected(RejectionReason.CircuitOpen, snapshot, retryAfter);
        try
        {
            var answer = await charge.TakeAsync(TimeLeft.Left, caller).ConfigureAwait(false);
            if (!answer.IsGranted) return CallOutcome<TResult>.Rejected(RejectionReason.RateLimit, target.Handle.Snapshot, answer.RetryAfter);
        }
        catch (OperationCanceledException exception)
        {
            return CallOutcome<TResult>.Neutral(exception);
        }

        if (!caller.IsCancellationRequested) return null;
        charge.Return();
        return CallOutcome<TResult>.Cancelled(caller);
    }

    /// <summary>The next attempt is not made: the call ends as the last one did, or is rejected where this would have been the first.</summary>
    private CallOutcome<TResult> NotMade<TResult>(CallOutcome<TResult>? last, in CallOutcome<TResult> rejected)
    {
        _charge?.Return();
        return last ?? rejected;
    }

    /// <summary>Begins an attempt, with its limits.</summary>
    public Attempt Begin(CallTicket ticket) => Attempt.Begin(
        target.Runtime.Clock, ticket, TimeLimit.Of(Policy.AttemptTimeout, TimeLimit.AttemptTimeout).OrShorter(TimeLeft), caller);

    /// <summary>What an attempt meets before it reaches what it calls: faults, where somebody asks for them.</summary>
    public ValueTask StrikeAsync(CancellationToken attempt) =>
        target.Handle.Snapshot.Settings.Faults?.StrikeAsync(target.Name, target.Runtime.Clock.Provider, attempt) ?? default;

    /// <summary>
    /// Accounts for an attempt that ended in an exception. If the caller cancelled, or the guard of another component has recorded it, the attempt is
    /// neutral. If one of our limits ended it, the exception names the limit.
    /// </summary>
    public async ValueTask<CallOutcome<TResult>> FailAsync<TResult>(FailedAttempt attempt)
    {
        var (ticket, exception) = (attempt.Ticket, attempt.Exception);
        if (caller.IsCancellationRequested && exception is OperationCanceledException)
        {
            await OutcomeReporter.CancelAsync(target, ticket).ConfigureAwait(false);
            return CallOutcome<TResult>.Neutral(exception);
        }

        if (options.IsRecordedBeneath?.Invoke(exception, target.Name) == true)
        {
            CallTelemetry.FailBeneath(_span, exception);
            await OutcomeReporter.CancelAsync(target, ticket).ConfigureAwait(false);
            return CallOutcome<TResult>.Neutral(exception);
        }

        var isTimeout = attempt.Elapsed is not null && exception is OperationCanceledException;
        if (isTimeout) exception = new CallTimeoutException(target.Name, attempt.Elapsed!.Value, exception);
        var error = (options.Classifier ?? classifier).Classify(exception, new ClassificationContext(target.Name)
        {
            IsTimeout = isTimeout,
            IsIdempotent = options.IsIdempotent,
            Time = target.Runtime.Clock.Provider,
        });
        _errors.Add(error, Now);
        if (error.Code == ErrorCode.RateLimit) _charge?.Refused();
        if (error.IsOverload) _permit?.Ended(attempt.Duration ?? default, isOverload: true);
        var trace = (_span ?? Activity.Current)?.Context ?? default;
        await OutcomeReporter.FailAsync(target, ticket, error, attempt.Duration, trace).ConfigureAwait(false);
        return CallOutcome<TResult>.Failed(error, exception);
    }

    /// <summary>The call has ended. If in success, the errors that it had seen were resolved; otherwise its span says what is wrong.</summary>
    public void Conclude<TResult>(in CallOutcome<TResult> outcome)
    {
        if (outcome is { IsSuccess: true, IsDegraded: false } && _errors.Any) OutcomeReporter.Recover(target, _errors, Now - _errors.FirstAt);
        else if (outcome.Error is { } error) CallTelemetry.Fail(_span, error, outcome.Exception!);
        else if (outcome.Status == CallStatus.Rejected) CallTelemetry.Reject(_span, outcome.Rejection);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CallOutcome<TResult>> AttemptAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, CallTicket ticket)
    {
        var attempt = Begin(ticket);
        TResult value;
        try
        {
            await StrikeAsync(attempt.Token).ConfigureAwait(false);
            value = await call(state, attempt.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            return await FailAsync<TResult>(attempt.Fail(exception)).ConfigureAwait(false);
        }

        var duration = attempt.End();
        Answered(duration);
        await OutcomeReporter.SucceedAsync(target, ticket, duration).ConfigureAwait(false);
        return CallOutcome<TResult>.Success(value);
    }

    /// <summary>How long to wait before the next attempt; null when the call ends here.</summary>
    private TimeSpan? WaitBeforeRetry(KairosError error, int attempt)
    {
        if (!options.IsIdempotent || !Retries.IsWorthRepeating(Policy.Retry, error, attempt)) return null;
        var wait = Retries.WaitBefore(Policy.Retry, error, attempt, TimeLeft.Left, Random.Shared.NextDouble());
        if (wait is null) return null;

        // The failure has been taken into account: if it opened the circuit for longer than the wait, there is nothing to wait for.
        var isShut = Admission.Decide(target.Handle.Snapshot.Picture, Now + wait.Value) == AdmissionAnswer.Reject;
        return !isShut && target.Handle.Retries.TryTake(target.Handle.Ledger.TotalMade, Policy.Retry.Budget) ? wait : null;
    }

    /// <summary>Waits before a retry. False where Kairos has ended meanwhile: nobody is there to count another attempt.</summary>
    private async ValueTask<bool> WaitAsync(TimeSpan wait)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(target.Runtime.Ended, caller);
        await Task.Delay(wait, target.Runtime.Clock.Provider, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !target.Runtime.Ended.IsCancellationRequested;
    }

    private async ValueTask<CallOutcome<TResult>> FallBackAsync<TState, TResult>(
        IReadOnlyList<Fallback<TState, TResult>> fallbacks, TState state, CallOutcome<TResult> outcome)
    {
        foreach (var fallback in fallbacks)
        {
            if (caller.IsCancellationRequested) break;
            try
            {
                var value = await fallback.Call(state, caller).ConfigureAwait(false);
                return CallOutcome<TResult>.Success(value, fallback.IsDegraded);
            }
            catch (Exception) when (caller.IsCancellationRequested)
            {
                return CallOutcome<TResult>.Cancelled(caller);
            }
            catch (Exception exception)
            {
                CallTelemetry.Note(_span, exception); // the error that is told stays that of the call itself
            }
        }

        return outcome;
    }
}

/// <summary>When a failed attempt is repeated: pure functions.</summary>
internal static class Retries
{
    /// <summary>
    /// Whether there may be another attempt. Only recoverable errors that the breaker does not ignore are worth repeating, and a retry-after is
    /// honoured up to its cap.
    /// </summary>
    /// <param name="policy">The rules.</param>
    /// <param name="error">What the attempt ended with.</param>
    /// <param name="attempt">The number of the attempt that failed, from 1.</param>
    public static bool IsWorthRepeating(RetryPolicy policy, KairosError error, int attempt) =>
        attempt < policy.MaxAttempts && error.Recoverable && error.Verdict != Verdict.Ignore && !(error.RetryAfter > policy.RetryAfterMax);

    /// <summary>How long to wait before the next attempt, or null when there is none: a wait that would outlast the deadline is not begun.</summary>
    /// <param name="policy">The rules.</param>
    /// <param name="error">What the attempt ended with.</param>
    /// <param name="attempt">The number of the attempt that failed, from 1.</param>
    /// <param name="left">Time that the call has left; infinite where it has no deadline.</param>
    /// <param name="random">A number in [0, 1) for the jitter.</param>
    public static TimeSpan? WaitBefore(RetryPolicy policy, KairosError error, int attempt, TimeSpan left, double random)
    {
        if (!IsWorthRepeating(policy, error, attempt)) return null;
        var wait = Backoff(policy, attempt, random);
        if (error.RetryAfter > wait) wait = error.RetryAfter.Value;
        return left == Timeout.InfiniteTimeSpan || wait < left ? wait : null;
    }

    private static TimeSpan Backoff(RetryPolicy policy, int attempt, double random)
    {
        var grown = policy.InitialDelay.TotalSeconds * Math.Pow(policy.Multiplier, attempt - 1);
        var capped = Math.Min(grown, policy.MaxDelay.TotalSeconds);
        return TimeSpan.FromSeconds(policy.Jitter == RetryPolicy.FullJitter
            ? capped * random
            : Jitter.Spread(capped, policy.Jitter, policy.MaxDelay.TotalSeconds, random));
    }
}
