using Kairos.Host.Tests.Telemetry;
using Kairos.TestUtilities.Collecting;

namespace Kairos.Host.Tests.Running;

public sealed class StatusLineTests
{
    [Fact]
    public async Task It_tells_which_exports_fail_and_no_more_when_they_arrive_again()
    {
        await using var collector = OtlpCollector.Absent();
        await using var host = ExportingHost.Start(("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc));
        await host.FeedThousandsAsync(1);
        await host.Process.WaitForErrorsAsync("1000 events; exports of metrics");

        await collector.ComeAsync();
        await host.FeedThousandsAsync(1);
        await host.WaitForWholeTotalAsync(collector);

        await host.Process.WaitForErrorsAsync("2000 events\n");
        await host.EndAsync();
    }
}
