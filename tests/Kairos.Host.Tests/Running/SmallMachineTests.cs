using Kairos.Host.Tests.Journal;
using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Collecting;

namespace Kairos.Host.Tests.Running;

[Trait(Parts.Trait, Parts.Real)]
public sealed class SmallMachineTests
{
    [Theory]
    [InlineData("0x3000000")] // 48 MiB
    [InlineData("0x2000000")]
    [InlineData("0x1800000")]
    public async Task With_little_memory_and_one_processor_it_works_or_says_that_it_does_not(string limit)
    {
        var journal = new JournalFile("rate-limit");

        var result = await HostProcess.RunAsync(new HostStart("run", "--events", journal.Path, "--speed", "200")
        {
            Variables = new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = limit, ["DOTNET_PROCESSOR_COUNT"] = "1" },
            MayCrash = true,
        });

        if (result.ExitCode == 0) Assert.Equal(journal.Totals(), MetricValues.Last(result.Output).Only("kairos.errors.total", "kairos.errors.recovered"));
        else Assert.Matches("memory|Memory", result.Errors);
    }
}
