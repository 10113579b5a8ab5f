using System.Diagnostics;
using Kairos.Calls;
using Kairos.CircuitBreaker;
using Kairos.State;

namespace Kairos;

/// <summary>
/// A guarded call that its caller makes itself, for code that cannot be wrapped in a delegate: begun by
/// <see cref="ComponentGuard.EnterAsync(CancellationToken)"/>, it ends with the first of <see cref="Succeeded"/>, <see cref="Failed"/> and
/// <see cref="Dispose"/>. Disposed before it has ended otherwise, it is neutral. It is never retried. Thread-safe.
/// </summary>
public abstract class GuardedCall : IDisposable
{
    private int _hasEnded;

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

    /// <summary>The call is over. One of which nothing was told says nothing about the component, and a probe call gives its place back.</summary>
    public void Dispose()
    {
        if (TryEnd()) Leave();
        GC.SuppressFinalize(this);
    }

    private protected abstract void Succeed();

    private protected abstract Task FailAsync(Exception exception);

    private protected abstract void Leave();

    private bool TryEnd() => Volatile.Read(ref _hasEnded) == 0 && Interlocked.Exchange(ref _hasEnded, 1) == 0;

    /// <summary>Through a closed circuit, where the call has no limits and nobody measures it.</summary>
    internal sealed class Plain(GuardTarget target, ComponentSnapshot admitted, CallOptions options, ErrorClassifier classifier, CancellationToken token) : GuardedCall
    {
        public override CancellationToken Token => token;

        private protected override void Succeed() => FirstAttempt.Plain(admitted).Succeed(target);

        private protected override Task FailAsync(Exception exception) => new CallEngine(target, options, classifier)
            .RunAsync<Unit, Unit>(static (_, _) => default, default, FirstAttempt.Plain(admitted).Fail(target, exception), token).AsTask();

        private protected override void Leave() => OutcomeReporter.Count(target.Handle.Ledger, CallStatus.Ignored);
    }

    /// <summary>Every other one, as a call of the engine that has got no further than its first attempt.</summary>
    internal sealed class Admitted(GuardTarget target, CallRun run, CallTicket ticket, CancellationToken caller) : GuardedCall
    {
        private readonly TimeSpan _begin = target.Runtime.Clock.Now;
        private TimeLimit _limit;
        private AttemptToken _token;
        private Bulkhead? _place;

        public override CancellationToken Token => _token.Token;

        /// <summary>Begins a call, or throws what says why it must not be made.</summary>
        public static async ValueTask<GuardedCall> BeginAsync(
            GuardTarget target, CallOptions options, ErrorClassifier classifier, CancellationToken caller)
        {
            var run = new CallRun(target, options, options.Classifier ?? classifier, CallTelemetry.Start(target.Name, options.Operation));
            var engine = new CallEngine(target, options, classifier);
            var (place, refused) = await engine.EnterAsync<Admitted>(run, caller).ConfigureAwait(false);
            var admitted = refused ?? await engine.AttemptsAsync<GuardTarget, Admitted>(
                run, static (run, target, ticket, caller) => new(CallOutcome<Admitted>.Success(new Admitted(target, run, ticket, caller))), target, null, caller).ConfigureAwait(false);
            if (!admitted.IsSuccess)
            {
                End(target, run, place, admitted);
                throw admitted.ToException()!;
            }

            var call = admitted.Value;
            call._place = place;
            call._limit = TimeLimit.Of(run.Policy.AttemptTimeout, TimeLimit.AttemptTimeout).OrShorter(run.TimeLeft);
            call._token = AttemptToken.Create(target.Runtime.Clock.Provider, call._limit.Left, caller);
            return call;
        }

        private protected override void Succeed()
        {
            _ = OutcomeReporter.SucceedAsync(target, ticket, target.Runtime.Clock.Now - _begin).AsTask();
            End(CallOutcome<Unit>.Success(default));
        }

        private protected override async Task FailAsync(Exception exception)
        {
            var (duration, elapsed) = (target.Runtime.Clock.Now - _begin, _token.HasElapsed ? _limit : (TimeLimit?)null);
            End(await run.FailAsync<Unit>(ticket, exception, duration, elapsed, caller).ConfigureAwait(false));
        }

        private protected override void Leave()
        {
            _ = OutcomeReporter.CancelAsync(target, ticket).AsTask();
            End(CallOutcome<Unit>.Cancelled(caller));
        }

        private void End(in CallOutcome<Unit> outcome)
        {
            _token.Dispose();
            End(target, run, _place, outcome);
        }

        private static void End<T>(in GuardTarget target, CallRun run, Bulkhead? place, in CallOutcome<T> outcome)
        {
            place?.Leave();
            OutcomeReporter.Count(target.Handle.Ledger, outcome.Status);
            run.Conclude(outcome);
            var current = Activity.Current; // the caller's, who may have begun others meanwhile
            run.Span?.Dispose();
            Activity.Current = current;
        }
    }
}
