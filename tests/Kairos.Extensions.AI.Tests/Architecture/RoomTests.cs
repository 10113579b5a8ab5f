using Kairos.TestUtilities.Documents;

namespace Kairos.Extensions.AI.Tests.Architecture;

/// <summary>Dependencies point one way.</summary>
public sealed class RoomTests
{
    [Fact]
    public void Each_folder_uses_only_those_before_it()
    {
        var extension = new Rooms(
            typeof(ModelGuardOptions).Assembly, "src/Kairos.Extensions.AI", "Shapes", "Http", "Failures", "Memory", "Models", "Failover", "Tools");

        Assert.Empty(extension.Unordered);
        Assert.Empty(extension.Violations);
    }

    [Fact]
    public void Extension_methods_stand_in_the_namespace_of_what_they_extend() => Assert.Empty(ExtensionMethods.MisplacedIn(typeof(ModelGuardOptions).Assembly));
}
