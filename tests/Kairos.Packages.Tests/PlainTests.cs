using Kairos.TestUtilities;

namespace Kairos.Packages.Tests;

/// <summary>A console application with an actor system of its own, and without a host.</summary>
[Collection(Packed.Name)]
[Trait(Parts.Trait, Parts.Real)]
public sealed class PlainTests(PackageFeed feed)
{
    [Fact]
    public async Task An_actor_reports_errors_by_message_and_the_component_says_how_it_is()
    {
        var folder = await Consumer.BuildAsync(feed, "Plain");

        var line = (await Command.DotnetAsync(folder, "out/Plain.dll")).TrimEnd();

        Assert.Matches("^'memory' is unhealthy, its circuit open \\(failures\\) since [0-9: Z-]+ until [0-9: Z-]+: 2 errors, 0 recovered, 2 in the last minute\\.$", line);
    }
}
