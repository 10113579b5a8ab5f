namespace Kairos.TestUtilities.Processes;

/// <summary>How a program is started.</summary>
/// <param name="Program">Its file, or its name where the search path has it.</param>
/// <param name="Arguments">Its arguments.</param>
internal record ProgramStart(string Program, params string[] Arguments)
{
    /// <summary>Variables besides those of the test run, of which none are passed on that change what programs do.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Where it is started; a folder of its own when null.</summary>
    public string? WorkingFolder { get; init; }

    /// <summary>What a shell is to do with its streams, for example <c>&lt;/dev/null</c> or <c>&gt;&amp;-</c>.</summary>
    public string Redirections { get; init; } = "";

    /// <summary>What the shell does before, where it does anything.</summary>
    public string Preparation { get; init; } = "";

    /// <summary>Whether the runtime itself may end it, with a stack trace: where there is too little memory for any word of the program's own.</summary>
    public bool MayCrash { get; init; }

    /// <summary>How long it may take; then it is killed and the test fails.</summary>
    public TimeSpan WaitTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>As one would type it.</summary>
    public sealed override string ToString() => string.Join(' ', [Path.GetFileName(Program), .. Arguments]);
}

/// <summary>How a program ended.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Errors)
{
    public string[] OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string[] ErrorLines => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
