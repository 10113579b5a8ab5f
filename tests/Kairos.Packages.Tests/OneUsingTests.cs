namespace Kairos.Packages.Tests;

/// <summary>One <c>using</c> of ours is enough, telemetry and dependency injection included.</summary>
public sealed class OneUsingTests
{
    [Theory]
    [InlineData("Web")]
    [InlineData("Plain")]
    public void A_program_needs_one_using_of_ours_and_names_no_namespace_of_ours(string consumer)
    {
        var code = Consumer.FilesOf(consumer).Where(file => file.EndsWith(".cs", StringComparison.Ordinal)).SelectMany(File.ReadLines).ToList();

        Assert.Equal(["using Kairos;"], code.Where(line => line.Contains("Kairos;", StringComparison.Ordinal) || line.Contains("Kairos.", StringComparison.Ordinal)));
    }
}
