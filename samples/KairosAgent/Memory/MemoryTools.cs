using System.ComponentModel;
using System.Security.Cryptography;
using System.Text;
using Kairos;

namespace KairosAgent.Memory;

/// <summary>The memory as a model uses it. A memory that is not to be had is told in words that a model can pass on.</summary>
internal sealed class MemoryTools(IAgentMemory memory)
{
    private const int Top = 5;

    [Description("Remembers a fact for later, also for other conversations.")]
    public async Task<string> RememberAsync([Description("The fact, in one sentence.")] string fact, CancellationToken cancellationToken)
    {
        var text = fact.Trim();
        if (text.Length == 0) return "Nothing was remembered: the fact is empty.";
        try
        {
            await memory.StoreAsync(new MemoryItem(IdOf(text), text), cancellationToken).ConfigureAwait(false);
            return $"Remembered: {text}";
        }
        catch (CallRejectedException)
        {
            return "The memory is unavailable at present: nothing was remembered.";
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return "The memory failed: nothing was remembered.";
        }
    }

    [Description("Recalls remembered facts that fit a few words; with no words, the latest.")]
    public async Task<string> RecallAsync([Description("The words to look for; may be empty.")] string about, CancellationToken cancellationToken)
    {
        var found = await memory.SearchAsync(about.Trim(), Top, cancellationToken).ConfigureAwait(false);
        return found.IsDegraded ? "The memory is unavailable at present: it cannot be said what is remembered."
            : found.Items.Count == 0 ? "Nothing is remembered about that."
            : $"Remembered: {string.Join("; ", found.Items.Select(item => item.Text))}";
    }

    /// <summary>The same fact has the same id, so that it is held once.</summary>
    private static string IdOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToUpperInvariant())))[..32];
}
