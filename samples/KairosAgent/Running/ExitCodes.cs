namespace KairosAgent.Running;

/// <summary>What the program tells its caller.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int FailedWhileRunning = 1;
    public const int BadConfigurationOrArguments = 2;
}
