using System.Runtime.CompilerServices;
using Kairos;
using Microsoft.Extensions.AI;

namespace KairosAgent.Chat;

/// <summary>One conversation with the agent. A turn that fails, or whose answer is empty, leaves no trace in it: there are servers that
/// refuse an empty message ever after. Not thread-safe.</summary>
internal sealed class Conversation(Agent agent)
{
    private const int MostTurns = 20; // a context has a limit; so has what it costs
    private const string Instructions =
        "You are a helpful assistant in a terminal: answer briefly, in plain text. Use the tools where they help: the clock, the calculator, pages from "
        + "the internet, and the memory, which outlasts this conversation. When a tool or the memory is unavailable, say so and go on without it.";

    private readonly Queue<IReadOnlyList<ChatMessage>> _turns = new();
    private readonly ChatOptions _options = new() { Tools = agent.Tools };

    /// <summary>The component of the model that answered last, or will be the first to be asked.</summary>
    public string AnsweredBy { get; private set; } = agent.FirstModel;

    /// <summary>Asks, and gives the text of the answer as it comes.</summary>
    public async IAsyncEnumerable<string> AskAsync(string prompt, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var question = new ChatMessage(ChatRole.User, prompt);
        ChatMessage[] messages = [new(ChatRole.System, Instructions), .. _turns.SelectMany(turn => turn), question];
        var updates = new List<ChatResponseUpdate>();
        var isEmpty = true;
        await foreach (var update in agent.Client.GetStreamingResponseAsync(messages, _options, cancellationToken).ConfigureAwait(false))
        {
            updates.Add(update);
            if (update.AdditionalProperties?.GetValueOrDefault(KairosFailoverChatClient.AnsweredBy) is string component) AnsweredBy = component;
            if (update.Text.Length == 0) continue;
            isEmpty &= string.IsNullOrWhiteSpace(update.Text);
            yield return update.Text;
        }

        ChatMessage[] answer = [.. updates.ToChatResponse().Messages.Where(HasContent)];
        if (isEmpty || answer.Length == 0) yield break;
        _turns.Enqueue([question, .. answer]);
        if (_turns.Count > MostTurns) _turns.Dequeue();
    }

    /// <summary>Strict servers refuse a conversation ever after that holds an empty message.</summary>
    private static bool HasContent(ChatMessage message) => message.Contents.Any(content => content is not (TextContent { Text: "" } or UsageContent));
}
