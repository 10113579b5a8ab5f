using System.Runtime.ExceptionServices;

namespace Kairos.Extensions.Http;

/// <summary>
/// One request under a guard, and what was answered to it last. Each attempt sends a copy of its own, since inner handlers change what they
/// send. Used by one caller.
/// </summary>
/// <param name="send">The handlers beneath.</param>
/// <param name="request">The request; the original is sent only where it is sent once.</param>
/// <param name="isRepeatable">Whether it may be sent again.</param>
/// <param name="clients">Know whether it was a client's own time limit that cancelled.</param>
/// <param name="caller">The client's token.</param>
internal sealed class HttpCall(
    Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send,
    HttpRequestMessage request,
    bool isRepeatable,
    ClientTimeouts clients,
    CancellationToken caller)
{
    private readonly long _begin = ClientTimeouts.Now;
    private byte[]? _body;
    private HttpResponseMessage? _failed;

    /// <summary>Runs the call to its end. An answer that failed is an answer to the caller, whatever it was to the guard.</summary>
    public async Task<HttpResponseMessage> RunAsync(ComponentGuard guard, GuardedCallOptions options)
    {
        try
        {
            if (isRepeatable && _body is null && request.Content is { } content) _body = await RequestCopy.ReadAsync(content, caller).ConfigureAwait(false);
            return await guard.ExecuteAsync(static (state, token) => state.Call.AttemptAsync(state.Guard, token), (Call: this, Guard: guard), options, caller).ConfigureAwait(false);
        }
        catch (FailedAnswerException) when (_failed is not null)
        {
            var answer = _failed;
            _failed = null;
            return answer;
        }
        catch (ClientTimeoutException timeout)
        {
            ExceptionDispatchInfo.Throw(timeout.Cancellation); // the client says itself that its time was up
            throw;
        }
        finally
        {
            _failed?.Dispose();
        }
    }

    private async ValueTask<HttpResponseMessage> AttemptAsync(ComponentGuard guard, CancellationToken attempt)
    {
        _failed?.Dispose();
        _failed = null;
        var sent = isRepeatable ? RequestCopy.Of(request, _body) : request;
        HttpResponseMessage answer;
        try
        {
            answer = attempt == caller ? await send(sent, caller).ConfigureAwait(false) : await SendLimitedAsync(sent, attempt).ConfigureAwait(false);
        }
        catch (OperationCanceledException cancellation) when (caller.IsCancellationRequested && clients.HaveElapsed(_begin))
        {
            throw new ClientTimeoutException(cancellation);
        }

        if (guard.LearnsLimits) guard.ReportLimits(HttpFailure.LookUpIn(answer.Headers.NonValidated));
        if (HttpFailures.Of(answer) is not { } failure) return answer;
        _failed = answer;
        throw failure;
    }

    /// <summary>
    /// Lets the attempt's limits hold until the headers are there. The attempt's token is used again by others afterwards, so whatever reads the body
    /// must not have it.
    /// </summary>
    private async Task<HttpResponseMessage> SendLimitedAsync(HttpRequestMessage sent, CancellationToken attempt)
    {
        var end = new CancellationTokenSource(); // without a timer, there is nothing to dispose of
        var registration = attempt.UnsafeRegister(static end => ((CancellationTokenSource)end!).Cancel(), end);
        try
        {
            return await send(sent, end.Token).ConfigureAwait(false);
        }
        finally
        {
            registration.Unregister();
        }
    }
}
