namespace Kairos.Benchmarks.Commands;

/// <summary>What the program tells its caller.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int GotWorse = 1;
    public const int BadArguments = 2;
    public const int Failed = 3;
}
