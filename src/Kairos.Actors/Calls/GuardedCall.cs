using System.Diagnostics;
using Kairos.Calls;
using Kairos.CircuitBreaker;
using Kairos.State;

namespace Kairos;

/// <summary>
/// A guarded call that its caller makes itself, for code that cannot be wrapped in a delegate: begun by
/// <see cref="ComponentGuard.EnterAsync(CancellationToken)"/>, it ends with the first of <see cref="Succeeded"/>, <see cref="Failed"/> and
/// <see cref="Dispose"/>. Disposed before it has ended otherwise, it is neutral. It is never retried. Used by its caller
/// alone: from any thread, but not from two at a time.
/// </summary>
public abstract class GuardedCall : IDisposable
{
    private bool _hasEnded;

    private protected GuardedCall()
    {
    }

    /// <summary>Ends with the caller's token and with the call's time limits. What the call does should heed it.</summary>
    public abstract CancellationToken Token { get; }

    /// <summary>The call has succeeded.</summary>
    public void Succeeded()
    {
        if (TryEnd()) Succeed();
    }

    /// <summary>The call has failed. Who wants to go on only when the breaker has taken it into account awaits <see cref="FailedAsync"/>.</summary>
    /// <param name="exception">What it failed with. The caller's own cancellation is neutral; a token that ended by a limit is a timeout.</param>
    public void Failed(Exception exception) => _ = FailedAsync(exception);

    /// <summary>The call has failed; ends when the breaker has taken it into account, after a second at most.</summary>
    /// <inheritdoc cref="Failed" path="/param"/>
    public Task FailedAsync(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return TryEnd() ? FailAsync(exception) : Task.CompletedTask;
    }

#pragma warning disable CA1816 // nobody outside can derive from it, and there is nothing to finalize
    /// <summary>The call is over. One of which nothing was told says nothing about the component, and a probe call gives its slot back.</summary>
    public void Dispose()
    {
        if (TryEnd()) Leave();
    }
#pragma warning restore CA1816

    private protected abstract void Succeed();

    private protected abstract Task FailAsync(Exception exception);

    private protected abstract void Leave();

    private bool TryEnd() => !_hasEnded && (_hasEnded = true);

    /// <summary>Through a closed circuit, where the call has no limits and nobody measures it.</summary>
    internal sealed class Plain(ComponentGuard guard, ComponentHandle handle, ComponentSnapshot admitted, GuardedCallOptions options, CancellationToken caller) : GuardedCall
    {
        public override CancellationToken Token => caller;

        private CallTicket Ticket => new(admitted.Sequence, 0);

        private protected override void Succeed()
        {
            if (!OutcomeReporter.TrySucceed(handle, admitted)) OutcomeReporter.Succeed(guard.TargetOf(handle), Ticket, null);
        }

        private protected override Task FailAsync(Exception exception) => new CallRun(guard.TargetOf(handle), options, guard.Classifier, caller)
            .RunAsync<Unit, Unit>(static (_, _) => default, default, new FailedAttempt(Ticket, exception)).AsTask();

        private protected override void Leave() => OutcomeReporter.Count(handle.Ledger, CallStatus.Ignored);
    }

    /// <summary>Every other one: its run has got as far as its only attempt.</summary>
    internal sealed class Admitted(CallRun run, Attempt attempt) : GuardedCall
    {
        private Activity? _span;
        private Bulkhead? _permit;

        public override CancellationToken Token => attempt.Token;

        /// <summary>Begins a call, or throws what says why it must not be made.</summary>
        public static async ValueTask<GuardedCall> BeginAsync(CallRun run)
        {
            var span = run.StartSpan();
            var (permit, refused) = await run.EnterAsync<Admitted>().ConfigureAwait(false);
            var admitted = refused ?? await run.AttemptsAsync<Unit, Admitted>(static (run, _, ticket) => AttemptAsync(run, run.Begin(ticket)), default, failed: null)
                .ConfigureAwait(false);
            if (!admitted.IsSuccess)
            {
                End(run, permit, span, admitted);
                throw admitted.ToException()!;
            }

            (admitted.Value._permit, admitted.Value._span) = (permit, span);
            return admitted.Value;
        }

        private static async ValueTask<CallOutcome<Admitted>> AttemptAsync(CallRun run, Attempt attempt)
        {
            try
            {
                await run.StrikeAsync(attempt.Token).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                return await run.FailAsync<Admitted>(attempt.Fail(exception)).ConfigureAwait(false);
            }

            return CallOutcome<Admitted>.Success(new Admitted(run, attempt));
        }

        private protected override void Succeed()
        {
            var duration = attempt.End();
            run.Answered(duration);
            _ = OutcomeReporter.SucceedAsync(run.Target, attempt.Ticket, duration).AsTask(); // told now, whoever waits
            End(run, _permit, _span, CallOutcome<Unit>.Success(default));
        }

        private protected override async Task FailAsync(Exception exception) =>
            End(run, _permit, _span, await run.FailAsync<Unit>(attempt.Fail(exception)).ConfigureAwait(false));

        private protected override void Leave()
        {
            attempt.End();
            _ = OutcomeReporter.CancelAsync(run.Target, attempt.Ticket).AsTask();
            End(run, _permit, _span, CallOutcome<Unit>.Cancelled(run.Caller));
        }

        private static void End<T>(CallRun run, Bulkhead? permit, Activity? span, in CallOutcome<T> outcome)
        {
            run.Leave(permit);
            run.Count(outcome.Status, outcome.Rejection);
            run.Conclude(outcome);
            var current = Activity.Current; // the caller's, who may have begun others meanwhile
            span?.Dispose();
            Activity.Current = current;
        }
    }
}
