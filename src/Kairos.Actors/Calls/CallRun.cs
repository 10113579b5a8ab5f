using System.Diagnostics;
using System.Runtime.CompilerServices;
using Kairos.Breaking;
using Kairos.Components;
using Kairos.Errors;

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
        Policy = target.Cell.Snapshot.Settings.Call;
        Budget = CallBudget.Current;
    }

    public Activity? Span { get; }

    /// <summary>The policy in force when the call began.</summary>
    public CallPolicy Policy { get; }

    /// <summary>The turn's budget, where one is open.</summary>
    public CallBudget? Budget { get; }

    /// <summary>What the call has left of its deadline and of the turn's.</summary>
    public TimeSpan TimeLeft
    {
        get
        {
            var own = Policy.Deadline == Timeout.InfiniteTimeSpan ? Policy.Deadline : Limits.Left(Policy.Deadline, Now - _begin);
            return Budget is null ? own : Limits.Shorter(own, Budget.LeastTimeLeft);
        }
    }

    private TimeSpan Now => _target.Runtime.Clock.Now;

    /// <summary>Makes one attempt and accounts for it.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<CallOutcome<TResult>> AttemptAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, CallTicket ticket, CancellationToken cancellation)
    {
        var begin = Now;
        var limit = Limits.Shorter(Policy.AttemptTimeout, TimeLeft);
        var token = AttemptToken.Create(_target.Runtime.Clock.Provider, limit, cancellation);
        TResult value;
        try
        {
            value = await call(state, token.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            var hasElapsed = token.HasElapsed;
            token.Dispose();
            return await FailAsync<TResult>(ticket, exception, Now - begin, hasElapsed, cancellation).ConfigureAwait(false);
        }

        token.Dispose();
        await Accounting.SucceedAsync(_target, ticket, Now - begin).ConfigureAwait(false);
        return CallOutcome<TResult>.Success(value);
    }

    /// <summary>
    /// Accounts for an attempt that ended in an exception. The caller's token decides between cancelled and failed: who has cancelled does
    /// not want to know, and the component has done nothing wrong.
    /// </summary>
    public async ValueTask<CallOutcome<TResult>> FailAsync<TResult>(
        CallTicket ticket, Exception exception, TimeSpan? duration, bool isTimeout, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested && exception is OperationCanceledException)
        {
            await Accounting.CancelAsync(_target, ticket).ConfigureAwait(false);
            return CallOutcome<TResult>.Cancelled(exception);
        }

        var error = _classifier.Classify(exception, new ClassificationContext(_target.Name)
        {
            IsTimeout = isTimeout && exception is OperationCanceledException,
            IsIdempotent = _options.IsIdempotent,
            Time = _target.Runtime.Clock.Provider,
        });
        _errors.Add(error, Now);
        var trace = (Span ?? Activity.Current)?.Context ?? default;
        await Accounting.FailAsync(_target, ticket, error, duration, trace).ConfigureAwait(false);
        return CallOutcome<TResult>.Failed(error, exception);
    }

    /// <summary>How long to wait before the next attempt; null when the call ends here.</summary>
    public TimeSpan? WaitBeforeRetry(KairosError error, int attempt)
    {
        if (!_options.IsIdempotent) return null;
        var wait = Retries.WaitBefore(Policy.Retry, error, attempt, TimeLeft, Random.Shared.NextDouble());
        if (wait is null) return null;

        // The failure has been taken into account: if it opened the circuit for longer than the wait, there is nothing to wait for.
        var isShut = Admission.Decide(_target.Cell.Snapshot.Picture, Now + wait.Value) == AdmissionAnswer.Reject;
        return !isShut && _target.Cell.Retries.TryTake(_target.Cell.Ledger.Total, Policy.Retry.Budget) ? wait : null;
    }

    /// <summary>The call ended in success: the errors that it had seen were resolved.</summary>
    public void Recover()
    {
        if (_errors.Any) Accounting.Recover(_target, _errors, Now - _errors.FirstAt);
    }
}
