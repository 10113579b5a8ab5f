using Kairos.Benchmarks.Measurements;
using Kairos.TestUtilities.Documents;

namespace Kairos.Benchmarks.Tests.Architecture;

/// <summary>Dependencies point one way.</summary>
public sealed class RoomTests
{
    [Fact]
    public void Each_folder_uses_only_those_before_it()
    {
        var benchmarks = new Rooms(
            typeof(Catalogue).Assembly,
            "benchmarks/Kairos.Benchmarks",
            "Results", "Measuring", "Peers", "Subjects", "Micro", "Measurements", "Hosts", "Commands");

        Assert.Empty(benchmarks.Unordered);
        Assert.Empty(benchmarks.Violations);
    }
}
