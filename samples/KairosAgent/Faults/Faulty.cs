using System.Runtime.CompilerServices;
using Kairos;
using Microsoft.Extensions.AI;

namespace KairosAgent.Faults;

/// <summary>A model with faults before its answers.</summary>
internal sealed class FaultyChatClient(IChatClient inner, FaultSource faults) : DelegatingChatClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        await faults.StrikeAsync(cancellationToken).ConfigureAwait(false);
        return await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await faults.StrikeAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken).ConfigureAwait(false)) yield return update;
    }
}

/// <summary>A tool with faults before its calls.</summary>
internal sealed class FaultyFunction(AIFunction inner, FaultSource faults) : DelegatingAIFunction(inner)
{
    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        await faults.StrikeAsync(cancellationToken).ConfigureAwait(false);
        return await base.InvokeCoreAsync(arguments, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>A memory with faults before what it does.</summary>
internal sealed class FaultyMemory(IAgentMemory inner, FaultSource faults) : IAgentMemory
{
    public async Task<MemoryFindings> SearchAsync(string query, int top, CancellationToken cancellationToken = default)
    {
        await faults.StrikeAsync(cancellationToken).ConfigureAwait(false);
        return await inner.SearchAsync(query, top, cancellationToken).ConfigureAwait(false);
    }

    public async Task StoreAsync(MemoryItem item, CancellationToken cancellationToken = default)
    {
        await faults.StrikeAsync(cancellationToken).ConfigureAwait(false);
        await inner.StoreAsync(item, cancellationToken).ConfigureAwait(false);
    }
}
