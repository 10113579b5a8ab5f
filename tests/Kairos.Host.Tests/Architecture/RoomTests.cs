using Kairos.Host.Configuration;
using Kairos.TestUtilities.Documents;

namespace Kairos.Host.Tests.Architecture;

/// <summary>Dependencies point one way.</summary>
public sealed class RoomTests
{
    [Fact]
    public void Each_folder_uses_only_those_before_it()
    {
        var host = new Rooms(typeof(SettingsLoader).Assembly, "src/Kairos.Host", "Configuration", "Journal", "Running", "Replay", "Commands");

        Assert.Empty(host.Unordered);
        Assert.Empty(host.Violations);
    }
}
