using Kairos.TestUtilities.Documents;

namespace Kairos.Testing.Tests.Architecture;

/// <summary>Each folder uses only those before it.</summary>
public sealed class RoomTests
{
    [Fact]
    public void Each_folder_of_the_package_uses_only_those_before_it()
    {
        var testing = new Rooms(typeof(KairosTest).Assembly, "src/Kairos.Testing", "Time", "Seen", "Injection", "");

        Assert.Empty(testing.Unordered);
        Assert.Empty(testing.Violations);
    }
}
