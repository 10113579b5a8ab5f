namespace KairosAgent.Chat;

/// <summary>
/// How far a file of prompts has come, on standard error: a line that is written anew where a terminal shows nothing else, else a line for
/// every tenth of the way.
/// </summary>
/// <param name="total">How many prompts there are.</param>
/// <param name="isAlone">Whether a terminal shows it, and not the answers as well.</param>
/// <param name="log">Where it is written.</param>
internal sealed class PromptBar(int total, bool isAlone, TextWriter log)
{
    private const int Width = 20;
    private int _tenths;

    public void Show(ChatProgress progress)
    {
        var done = progress.Answered + progress.Failed;
        var tenths = (int)(done * 10L / total);
        if (tenths == _tenths && !isAlone) return;
        _tenths = tenths;
        var full = (int)(done * (long)Width / total);
        var line = $"[{new string('#', full)}{new string('-', Width - full)}] {done} of {total} prompts, {progress.Failed} failed";
        if (isAlone) log.Write('\r');
        log.Write(isAlone && done < total ? line : line + "\n");
    }
}
