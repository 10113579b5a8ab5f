using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>The two kinds of requests to a chat model: for a whole answer, and for a stream.</summary>
internal static class ChatRoutes
{
    /// <summary>What is done, in a word.</summary>
    public const string Operation = "chat";

    /// <summary>A route for whole answers.</summary>
    public static Route<ChatCall, ChatResponse> ForAnswers(ModelRoute route, ChatAttempts attempts) => new(
        attempts.Guard,
        route.Weight,
        Accepting(route),
        (request, terms, cancellationToken) =>
        {
            var call = attempts.Guard.Measured(request);
            return attempts.Guard.Guard.ExecuteAsync(
                static (state, token) => state.attempts.AskAsync(state.call, token), (attempts, call), terms.ForCall(attempts.Guard.Options, call.Usage), cancellationToken);
        });

    /// <summary>A route for streams.</summary>
    public static Route<ChatCall, ChatStream> ForStreams(ModelRoute route, ChatAttempts attempts) => new(
        attempts.Guard,
        route.Weight,
        Accepting(route),
        (request, terms, cancellationToken) =>
        {
            var call = attempts.Guard.Measured(request);
            var options = terms.ForStream<ChatResponseUpdate>(attempts.Guard.Options, call.Usage);
            return ChatStream.OpenAsync(attempts.Guard.Guard.ExecuteStreamAsync(
                static (state, token) => state.attempts.StreamAsync(state.call, token), (attempts, call), options, cancellationToken));
        });

    private static Func<ChatCall, bool>? Accepting(ModelRoute route) =>
        route.Accepts is { } accepts ? request => accepts(request.Messages, request.Options) : null;
}

/// <summary>A stream that has its first content, or has ended well without any. Used by one consumer.</summary>
internal sealed class ChatStream : IAsyncDisposable
{
    private readonly IAsyncEnumerator<ChatResponseUpdate> _updates;

    private ChatStream(IAsyncEnumerator<ChatResponseUpdate> updates) => _updates = updates;

    public bool HasCurrent { get; private set; }

    public ChatResponseUpdate Current => _updates.Current;

    /// <summary>Waits for the first content.</summary>
    public static async ValueTask<ChatStream> OpenAsync(IAsyncEnumerable<ChatResponseUpdate> updates)
    {
        var stream = new ChatStream(updates.GetAsyncEnumerator(CancellationToken.None)); // the call has its token already
        try
        {
            await stream.MoveNextAsync().ConfigureAwait(false);
            return stream;
        }
        catch (Exception)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits for the next update.</summary>
    public async ValueTask MoveNextAsync() => HasCurrent = await _updates.MoveNextAsync().ConfigureAwait(false);

    public ValueTask DisposeAsync() => _updates.DisposeAsync();
}
