using Kairos.TestUtilities;
using Kairos.TestUtilities.Processes;

namespace KairosAgent.Tests.Chat;

/// <summary>A folder in which the agent of one test lives: its memory, its configuration, its prompts.</summary>
internal sealed class ChatFolder : IDisposable
{
    private readonly TempFolder _folder = new();

    public string Path => _folder.Path;

    public string MemoryFile => System.IO.Path.Combine(_folder.Path, "memory", "notes.db");

    public string Write(string name, string text) => _folder.Write(name, text);

    /// <summary>The executable, where its build made it.</summary>
    public static string Program { get; } = Repository.Program("samples/KairosAgent", "kairos-agent");

    /// <summary>How it is started here, with what is in <c>kairos.conf</c> of the folder, if there is such a file.</summary>
    public ProgramStart Start(IEnumerable<(string Name, string Value)> variables, params string[] arguments) => new(Program, arguments)
    {
        WorkingFolder = Path,
        Variables = variables.Append(("KAIROS_AGENT_MEMORY_FILE", MemoryFile)).ToDictionary(variable => variable.Item1, variable => variable.Item2),
    };

    /// <summary>Chats by standard input, a prompt for each line, and waits for the end.</summary>
    public Task<ProgramResult> ChatAsync(params string[] prompts) => ChatAsync([], prompts);

    public Task<ProgramResult> ChatAsync(IEnumerable<(string Name, string Value)> variables, params string[] prompts) =>
        RunningProgram.RunAsync(Start(variables), string.Concat(prompts.Select(prompt => prompt + "\n")));

    public void Dispose() => _folder.Dispose();
}
