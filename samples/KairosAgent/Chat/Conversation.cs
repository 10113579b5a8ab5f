using System.Runtime.CompilerServices;
using Kairos;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;

namespace KairosAgent.Chat;

/// <summary>One conversation with the agent. A turn that fails, or whose answer is empty, leaves its session as it was before: there are servers that
/// refuse an empty message ever after. Not thread-safe.</summary>
internal sealed class Conversation(Agent agent)
{
    private const int MostTurns = 20; // a context has a limit; so has what it costs

    private AgentSession? _session;

    /// <summary>The component of the model that answered last, or will be the first to be asked.</summary>
    public string AnsweredBy { get; private set; } = agent.FirstModel;

    /// <summary>Asks, and gives the text of the answer as it comes.</summary>
    public async IAsyncEnumerable<string> AskAsync(string prompt, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _session ??= await agent.Runs.CreateSessionAsync(cancellationToken).ConfigureAwait(false);
        List<ChatMessage> before = [.. agent.History.GetMessages(_session)];
        var (hasEnded, isEmpty) = (false, true);
        try
        {
            await foreach (var update in agent.Runs.RunStreamingAsync(prompt, _session, cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                if (update.AdditionalProperties?.GetValueOrDefault(KairosFailoverChatClient.AnsweredBy) is string component) AnsweredBy = component;
                if (update.Text.Length == 0) continue;
                isEmpty &= string.IsNullOrWhiteSpace(update.Text);
                yield return update.Text;
            }

            hasEnded = true;
        }
        finally
        {
            agent.History.SetMessages(_session, hasEnded && !isEmpty ? LastTurns(agent.History.GetMessages(_session)) : before);
        }
    }

    /// <summary>The last turns, each of which begins with its prompt. Strict servers refuse a conversation ever after that holds an empty message.</summary>
    private static List<ChatMessage> LastTurns(List<ChatMessage> messages)
    {
        List<ChatMessage> kept = [.. messages.Where(HasContent)];
        var prompts = kept.Index().Where(message => message.Item.Role == ChatRole.User).Select(message => message.Index).ToList();
        return prompts.Count > MostTurns ? kept[prompts[^MostTurns]..] : kept;
    }

    private static bool HasContent(ChatMessage message) => message.Contents.Any(content => content is not (TextContent { Text: "" } or UsageContent));
}
