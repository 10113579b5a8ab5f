namespace Kairos.Testing.Tests;

/// <summary>Many of them in one process, as tests that run in parallel have them.</summary>
public sealed class HundredSpecs
{
    [Fact]
    public async Task A_hundred_at_once_have_each_their_own_time_metrics_and_circuit()
    {
        var all = Enumerable.Range(1, 100).Select(_ => KairosTest.Start(Calls.Strict)).ToList();
        try
        {
            await Task.WhenAll(all.Select((kairos, index) => UseAsync(kairos, index))).Soon();

            Assert.All(all.Index(), it =>
            {
                var (index, kairos) = it;
                Assert.Equal(TimeSpan.FromSeconds(index), kairos.Time.GetUtcNow() - new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero));
                Assert.Equal(ErrorsOf(index), kairos.Metrics.Total(MetricNames.Errors, component: "llm"));
                Assert.Equal(index + 1, kairos.Metrics.Total(MetricNames.Calls, component: "tools", ("outcome", "success")));
                Assert.Equal(IsOpen(index) ? CircuitStatus.Open : CircuitStatus.Closed, kairos["llm"].Snapshot!.Circuit);
            });
        }
        finally
        {
            await Task.WhenAll(all.Select(kairos => kairos.DisposeAsync().AsTask())).Soon();
        }
    }

    private static int ErrorsOf(int index) => index % 3;

    // Two errors open a circuit, for 30 seconds.
    private static bool IsOpen(int index) => ErrorsOf(index) == 2 && index < 30;

    private static async Task UseAsync(KairosTest kairos, int index)
    {
        for (var call = 0; call <= index; call++) await kairos["tools"].SucceedAsync();
        for (var call = 0; call < ErrorsOf(index); call++) await kairos["llm"].FailAsync();
        await kairos.AdvanceAsync(TimeSpan.FromSeconds(index));
        if (ErrorsOf(index) != 2 || IsOpen(index)) return;
        await kairos["llm"].SucceedAsync();
        await kairos["llm"].SucceedAsync();
        await kairos["llm"].ShouldRecoverAsync();
    }
}
