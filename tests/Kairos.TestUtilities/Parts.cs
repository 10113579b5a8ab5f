namespace Kairos.TestUtilities;

/// <summary>
/// The trait of tests that take more than their own process: programs of others, packages, or one more start of a program of ours. A plain
/// <c>dotnet test</c> leaves them out (<c>tests/Directory.Build.props</c>), <c>.ci/run</c> runs them after it; who names a test gets it.
/// </summary>
internal static class Parts
{
    public const string Trait = "Parts";

    public const string Real = "Real";
}
