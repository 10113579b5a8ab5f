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
        (request, terms, cancellationToken) => attempts.Guard.Guard.ExecuteAsync(
            static (state, token) => state.attempts.AskAsync(state.request, token), (attempts, request), terms.ForCall(), cancellationToken));

    /// <summary>A route for streams.</summary>
    public static Route<ChatCall, ChatStream> ForStreams(ModelRoute route, ChatAttempts attempts) => new(
        attempts.Guard,
        route.Weight,
        Accepting(route),
        (request, terms, cancellationToken) => ChatStream.OpenAsync(attempts.Guard.Guard.ExecuteStreamAsync(
            static (state, token) => state.attempts.StreamAsync(state.request, token), (attempts, request), terms.ForStream<ChatResponseUpdate>(), cancellationToken)));

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
