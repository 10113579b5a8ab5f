namespace Kairos.Host.Commands;

/// <summary>What the program tells its caller.</summary>
internal static class ExitCodes
{
    /// <summary>What the help says of them.</summary>
    public const string InWords =
        "Exit codes: 0 done, 1 failed while running, 2 bad configuration or arguments, 3 bad journal (replay), 4 done, but lines of the journal were wrong and skipped (run).";


    public const int Done = 0;
    public const int FailedWhileRunning = 1;
    public const int BadConfigurationOrArguments = 2;
    public const int BadJournal = 3;
    public const int LinesSkipped = 4;
}
