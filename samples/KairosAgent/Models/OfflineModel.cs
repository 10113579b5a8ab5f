using System.Runtime.CompilerServices;
using System.Text.Json;
using KairosAgent.Tools;
using Microsoft.Extensions.AI;

namespace KairosAgent.Models;

/// <summary>
/// A model for machines without one: it understands a few kinds of sentences by rules, really calls the tools that it is offered, and says
/// what it is. Stateless and thread-safe.
/// </summary>
internal sealed class OfflineModel : IChatClient
{
    public const string Name = "kairos-offline";

    private static readonly ChatClientMetadata Metadata = new("kairos", defaultModelId: Name);

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var contents = Answer([.. messages], options);
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, contents)) { ModelId = Name, FinishReason = ReasonOf(contents) });
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var response = await GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        var contents = response.Messages[0].Contents;
        var id = Guid.NewGuid().ToString("N");
        foreach (var piece in contents.SelectMany(Pieces))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new ChatResponseUpdate(ChatRole.Assistant, [piece]) { ModelId = Name, MessageId = id, ResponseId = id };
        }

        yield return new ChatResponseUpdate(ChatRole.Assistant, []) { ModelId = Name, MessageId = id, ResponseId = id, FinishReason = response.FinishReason };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? Metadata
        : serviceType?.IsInstanceOfType(this) == true ? this
        : null;

    public void Dispose()
    {
    }

    private static List<AIContent> Answer(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        var results = messages.Count == 0 ? [] : messages[^1].Contents.OfType<FunctionResultContent>().ToList();
        if (results.Count > 0) return [new TextContent(string.Join('\n', results.Select(result => Retell(messages, result))))];
        var prompt = messages.LastOrDefault(message => message.Role == ChatRole.User)?.Text ?? "";
        var wish = OfflineRules.Understand(prompt);
        if (wish.Tool is null) return [new TextContent(wish.Text)];
        if (options?.Tools?.Any(tool => tool.Name == wish.Tool) != true) return [new TextContent($"I would need the tool '{wish.Tool}' for that, and have not got it.")];
        if (ArgumentsOf(wish) is not { } arguments) return [new TextContent($"The arguments of '{wish.Tool}' must be an object of JSON.")];
        return [new FunctionCallContent(Guid.NewGuid().ToString("N"), wish.Tool, arguments)];
    }

    /// <summary>What the tool is called with; null where that cannot be read.</summary>
    private static Dictionary<string, object?>? ArgumentsOf(Wish wish)
    {
        if (wish.Argument is not null) return new Dictionary<string, object?> { [wish.Argument] = wish.Text };
        if (wish.Text.Length == 0) return [];
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, object?>>(wish.Text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The tools speak in sentences, those that are unavailable as well; only a failure has no words of its own.</summary>
    private static string Retell(IReadOnlyList<ChatMessage> messages, FunctionResultContent result)
    {
        if (result.Exception is null) return ToolText.Of(result.Result);
        var call = messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().LastOrDefault(call => call.CallId == result.CallId);
        return $"The tool '{call?.Name}' failed.";
    }

    private static ChatFinishReason ReasonOf(IEnumerable<AIContent> contents) =>
        contents.Any(content => content is FunctionCallContent) ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop;

    /// <summary>Word by word, as models speak.</summary>
    private static IEnumerable<AIContent> Pieces(AIContent content)
    {
        if (content is not TextContent text)
        {
            yield return content;
            yield break;
        }

        for (var start = 0; start < text.Text.Length;)
        {
            var space = text.Text.IndexOf(' ', start);
            var end = space < 0 ? text.Text.Length : space + 1;
            yield return new TextContent(text.Text[start..end]);
            start = end;
        }
    }
}
