using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>
/// One model and, by way of the next route, those that stand in for it. A route is the fallback of the one before it, so that a call which
/// fails twice and is then answered has all its errors recovered, each with its own component.
/// </summary>
internal sealed class FailoverRoute
{
    private const string Operation = "chat";
    private readonly ChatAttempts _attempts;
    private readonly GuardedCallOptions<FailoverCall, ChatResponse> _call;
    private readonly StreamOptions<ChatResponseUpdate> _stream;

    public FailoverRoute(ChatAttempts attempts, FailoverRoute? next, FailoverOptions options)
    {
        _attempts = attempts;
        Next = next;
        var isRepeated = options.Model.IsIdempotent && (next is null || options.RetriesBeforeFailover);
        _call = new GuardedCallOptions<FailoverCall, ChatResponse>
        {
            Operation = Operation,
            IsIdempotent = isRepeated,
            Fallbacks = next is null ? [] : [new Fallback<FailoverCall, ChatResponse>(next.AskAsync)],
        };
        _stream = new StreamOptions<ChatResponseUpdate> { Operation = Operation, IsIdempotent = isRepeated };
    }

    public FailoverRoute? Next { get; }

    public string Component => _attempts.Guard.Component;

    public IChatClient Client => _attempts.Client;

    public ComponentGuard Guard => _attempts.Guard.Guard;

    /// <summary>Asks this model, and where it fails or may not be called the next one.</summary>
    public ValueTask<ChatResponse> AskAsync(FailoverCall call, CancellationToken cancellationToken) =>
        Guard.ExecuteAsync(AttemptAsync, call, _call, cancellationToken);

    /// <summary>Asks this model alone for a stream.</summary>
    /// <param name="call">The call.</param>
    /// <param name="seen">Takes what its attempts failed with.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public IAsyncEnumerable<ChatResponseUpdate> StreamAsync(FailoverCall call, List<Exception> seen, CancellationToken cancellationToken) =>
        Guard.ExecuteStreamAsync(
            static (state, token) => state.Self.ListenAsync(state.Call, state.Seen, token), (Self: this, Call: call, Seen: seen), _stream, cancellationToken);

    /// <summary>Whether another model may do better: not where the request itself is wrong, or nobody waits any more.</summary>
    public bool MayPassOn(Exception exception, CancellationToken cancellationToken) =>
        Next is not null
        && !cancellationToken.IsCancellationRequested
        && (exception is CallRejectedException || Classify(exception).Verdict != Verdict.Ignore);

    /// <summary>Tells that errors of this model were made up for by another one.</summary>
    public void Recover(IEnumerable<Exception> seen)
    {
        foreach (var kind in seen.Select(exception => ErrorKind.Of(Classify(exception))).CountBy(kind => kind))
            Guard.ReportRecovery(kind.Key, kind.Value);
    }

    private KairosError Classify(Exception exception) =>
        JudgedErrors.Of(exception) ?? Guard.Classifier.Classify(exception, new ClassificationContext(Component) { IsIdempotent = _call.IsIdempotent });

    private async ValueTask<ChatResponse> AttemptAsync(FailoverCall call, CancellationToken cancellationToken)
    {
        try
        {
            var response = await _attempts.AskAsync(call.Request, cancellationToken).ConfigureAwait(false);
            call.AnsweredBy = Component;
            return response;
        }
        catch (Exception exception)
        {
            call.Fail(this, exception);
            throw;
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> ListenAsync(
        FailoverCall call, List<Exception> seen, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var updates = _attempts.StreamAsync(call.Request, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var end = updates.ConfigureAwait(false);
        while (true)
        {
            try
            {
                if (!await updates.MoveNextAsync().ConfigureAwait(false)) yield break;
            }
            catch (Exception exception)
            {
                seen.Add(exception);
                call.Fail(this, exception);
                throw;
            }

            yield return updates.Current;
        }
    }
}
