using System.Diagnostics;
using System.Runtime.CompilerServices;
using Kairos.CircuitBreaker;

namespace Kairos.Calls;

/// <summary>One guarded call while it runs: its time, its attempts, the errors it has seen.</summary>
internal sealed class CallRun
{
    private readonly GuardTarget _target;
    private readonly CallOptions _options;
    private readonly ErrorClassifier _classifier;
    private readonly TimeSpan _begin;
    private SeenErrors _errors;

    public CallRun(GuardTarget target, CallOptions options, ErrorClassifier classifier, Activity? span, TimeSpan? begin = null)
    {
        _target = target;
        _options = options;
        _classifier = classifier;
        _begin = begin ?? target.Runtime.Clock.Now;
        Span = span;
        Policy = target.Handle.Snapshot.Settings.Call;
        Budget = CallBudget.Current;
    }

    public Activity? Span { get; }

    /// <summary>The policy in force when the call began.</summary>
    public CallPolicy Policy { get; }

    /// <summary>The turn's budget, where one is open.</summary>
    public CallBudget? Budget { get; }

    /// <summary>What the call has left of its deadline and of the turn's.</summary>
    public TimeLimit TimeLeft
    {
        get
        {
            var left = Policy.Deadline == Timeout.InfiniteTimeSpan ? Policy.Deadline : TimeLimit.Rest(Policy.Deadline, Now - _begin);
            var own = new TimeLimit(left, Policy.Deadline, TimeLimit.Deadline);
            return Budget is null ? own : own.OrShorter(Budget.LeastTimeLeft);
        }
    }

    private TimeSpan Now => _target.Runtime.Clock.Now;

    /// <summary>Makes one attempt and accounts for it.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<CallOutcome<TResult>> AttemptAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, CallTicket ticket, CancellationToken cancellationToken)
    {
        var begin = Now;
        var limit = TimeLimit.Of(Policy.AttemptTimeout, TimeLimit.AttemptTimeout).OrShorter(TimeLeft);
        var token = AttemptToken.Create(_target.Runtime.Clock.Provider, limit.Left, cancellationToken);
        TResult value;
        try
        {
            value = await call(state, token.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            var elapsed = token.HasElapsed ? limit : (TimeLimit?)null;
            token.Dispose();
            return await FailAsync<TResult>(ticket, exception, Now - begin, elapsed, cancellationToken).ConfigureAwait(false);
        }

        token.Dispose();
        await OutcomeReporter.SucceedAsync(_target, ticket, Now - begin).ConfigureAwait(false);
        return CallOutcome<TResult>.Success(value);
    }

    /// <summary>
    /// Accounts for an attempt that ended in an exception. The caller's token decides between cancelled and failed: who has cancelled does
    /// not want to know, and the component has done nothing wrong. What one of our own limits ended says which it was.
    /// </summary>
    public async ValueTask<CallOutcome<TResult>> FailAsync<TResult>(
        CallTicket ticket, Exception exception, TimeSpan? duration, TimeLimit? elapsed, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested && exception is OperationCanceledException)
        {
            await OutcomeReporter.CancelAsync(_target, ticket).ConfigureAwait(false);
            return CallOutcome<TResult>.Cancelled(exception);
        }

        var isTimeout = elapsed is not null && exception is OperationCanceledException;
        if (isTimeout) exception = new CallTimeoutException(_target.Name, elapsed!.Value, exception);
        var error = _classifier.Classify(exception, new ClassificationContext(_target.Name)
        {
            IsTimeout = isTimeout,
            IsIdempotent = _options.IsIdempotent,
            Time = _target.Runtime.Clock.Provider,
        });
        _errors.Add(error, Now);
        var trace = (Span ?? Activity.Current)?.Context ?? default;
        await OutcomeReporter.FailAsync(_target, ticket, error, duration, trace).ConfigureAwait(false);
        return CallOutcome<TResult>.Failed(error, exception);
    }

    /// <summary>How long to wait before the next attempt; null when the call ends here.</summary>
    public TimeSpan? WaitBeforeRetry(KairosError error, int attempt)
    {
        if (!_options.IsIdempotent) return null;
        var wait = Retries.WaitBefore(Policy.Retry, error, attempt, TimeLeft.Left, Random.Shared.NextDouble());
        if (wait is null) return null;

        // The failure has been taken into account: if it opened the circuit for longer than the wait, there is nothing to wait for.
        var isShut = Admission.Decide(_target.Handle.Snapshot.Picture, Now + wait.Value) == AdmissionAnswer.Reject;
        return !isShut && _target.Handle.Retries.TryTake(_target.Handle.Ledger.TotalMade, Policy.Retry.Budget) ? wait : null;
    }

    /// <summary>The call has ended. If in success, the errors that it had seen were resolved; otherwise its span says what is wrong.</summary>
    public void Conclude<TResult>(in CallOutcome<TResult> outcome)
    {
        if (outcome is { IsSuccess: true, IsDegraded: false } && _errors.Any) OutcomeReporter.Recover(_target, _errors, Now - _errors.FirstAt);
        else if (outcome.Error is { } error) CallTelemetry.Fail(Span, error, outcome.Exception!);
        else if (outcome.Status == CallStatus.Rejected) CallTelemetry.Reject(Span, outcome.Rejection);
    }
}

/// <summary>The errors that one call has recorded, until it ends in success or not.</summary>
internal struct SeenErrors
{
    private List<ErrorKind>? _kinds;

    /// <summary>When the first one was seen.</summary>
    public TimeSpan FirstAt { get; private set; }

    public readonly bool Any => _kinds is not null;

    public void Add(KairosError error, TimeSpan now)
    {
        if (_kinds is null) FirstAt = now;
        (_kinds ??= []).Add(ErrorKind.Of(error));
    }

    public readonly IEnumerable<(ErrorKind Kind, long Count)> ByKind() =>
        _kinds is null ? [] : _kinds.GroupBy(kind => kind).Select(group => (group.Key, (long)group.Count()));
}

/// <summary>When a failed attempt is repeated: pure functions.</summary>
internal static class Retries
{
    /// <summary>
    /// How long to wait before the next attempt, or null when there is none. Only recoverable errors that the breaker does not ignore are
    /// worth repeating; a retry-after is honoured up to its cap, and a wait that would outlast the deadline is not begun.
    /// </summary>
    /// <param name="policy">The rules.</param>
    /// <param name="error">What the attempt ended with.</param>
    /// <param name="attempt">The number of the attempt that failed, from 1.</param>
    /// <param name="left">Time that the call has left; infinite where it has no deadline.</param>
    /// <param name="random">A number in [0, 1) for the jitter.</param>
    public static TimeSpan? WaitBefore(RetryPolicy policy, KairosError error, int attempt, TimeSpan left, double random)
    {
        if (attempt >= policy.MaxAttempts || !error.Recoverable || error.Verdict == Verdict.Ignore) return null;
        if (error.RetryAfter > policy.RetryAfterMax) return null;

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
