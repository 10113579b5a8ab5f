using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.Agents.Tests;

/// <summary>A model that does what a script says, request by request. The number of a request begins with 1.</summary>
internal sealed class ScriptedModel(Func<int, IReadOnlyList<ChatMessage>, ChatResponse> script) : IChatClient
{
    private int _requests;

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>A model that always says the same.</summary>
    public static ScriptedModel Saying(string text) => new((_, _) => Text(text));

    public static ChatResponse Text(string text) => new(new ChatMessage(ChatRole.Assistant, text)) { FinishReason = ChatFinishReason.Stop };

    public static ChatResponse CallOf(string tool) => new(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("call", tool, new Dictionary<string, object?>())]))
    {
        FinishReason = ChatFinishReason.ToolCalls,
    };

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(script(Interlocked.Increment(ref _requests), [.. messages]));
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var response = await GetResponseAsync(messages, options, cancellationToken);
        foreach (var update in response.ToChatResponseUpdates())
        {
            await Task.Yield();
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }
}
