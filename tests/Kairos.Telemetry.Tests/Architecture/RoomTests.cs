using Kairos.TestUtilities.Documents;

namespace Kairos.Telemetry.Tests.Architecture;

/// <summary>Dependencies point one way.</summary>
public sealed class RoomTests
{
    [Fact]
    public void Each_folder_uses_only_those_before_it()
    {
        var telemetry = new Rooms(typeof(KairosTelemetry).Assembly, "src/Kairos.Telemetry", "Otlp", "Configuration", "Export", "");

        Assert.Empty(telemetry.Unordered);
        Assert.Empty(telemetry.Violations);
    }

    [Fact]
    public void Extension_methods_stand_in_the_namespace_of_what_they_extend() => Assert.Empty(ExtensionMethods.MisplacedIn(typeof(KairosTelemetry).Assembly));
}
