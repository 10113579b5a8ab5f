namespace Kairos.Host.Tests.Processes;

public sealed class HostProcessTests
{
    [Fact]
    public async Task A_process_that_takes_too_long_is_killed_and_named()
    {
        await using var host = HostProcess.Start(new HostStart("run", "--events", "-") { WaitTimeout = TimeSpan.FromMilliseconds(200) });

        var failure = await Assert.ThrowsAsync<TimeoutException>(host.WaitForExitAsync);

        Assert.Contains("kairos run --events -", failure.Message, StringComparison.Ordinal);
    }
}
