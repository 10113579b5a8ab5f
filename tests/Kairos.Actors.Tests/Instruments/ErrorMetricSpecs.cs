using Kairos.Tests.Hosting;
using static Kairos.ComponentProtocol;

namespace Kairos.Tests.Instruments;

public sealed class ErrorMetricSpecs
{
    private const string Total = "kairos.errors.total";
    private const string Recovered = "kairos.errors.recovered";

    [Fact]
    public async Task Each_code_and_recoverability_has_a_series_of_its_own()
    {
        await using var host = await KairosHost.StartAsync();
        foreach (var code in Enum.GetValues<ErrorCode>())
        {
            for (var i = 0; i <= (int)code; i++) host.Tell(new ReportError("tools/a", new KairosError(code, "") { Recoverable = true }));
            host.Tell(new ReportError("tools/a", new KairosError(code, "") { Recoverable = false }));
        }

        var series = await host.Collect(Total);

        Assert.Equal(18, series.Count);
        Assert.Equal(1, series["component=tools/a,error.code=llm_error,recoverable=true"]);
        Assert.Equal(6, series["component=tools/a,error.code=internal_error,recoverable=true"]);
        Assert.Equal(9, series["component=tools/a,error.code=invalid_input,recoverable=true"]);
        Assert.Equal(1, series["component=tools/a,error.code=invalid_input,recoverable=false"]);
    }

    [Fact]
    public async Task Recovered_counts_with_the_errors_own_attributes_and_never_beyond_them()
    {
        await using var host = await KairosHost.StartAsync();
        host.Fail("llm", times: 3);
        host.Fail("memory", times: 1, ErrorCode.MemoryError);
        host.Tell(new ReportRecovery("llm", new ErrorKind(ErrorCode.LlmError, true), 2));
        host.Tell(new ReportRecovery("memory", new ErrorKind(ErrorCode.MemoryError, true), 7));
        host.Tell(new ReportRecovery("memory", new ErrorKind(ErrorCode.Timeout, true), 7));

        var series = await host.Collect(Recovered);

        Assert.Equal(
            new Dictionary<string, double>
            {
                ["component=llm,error.code=llm_error,recoverable=true"] = 2,
                ["component=memory,error.code=memory_error,recoverable=true"] = 1,
            },
            series);
        Assert.Equal(13, host.Metrics.LastOf("kairos.reports.refused")["reason=nothing_to_recover"]);
    }

    [Fact]
    public async Task Totals_grow_and_never_start_anew()
    {
        await using var host = await KairosHost.StartAsync();
        for (var round = 1; round <= 3; round++)
        {
            host.Fail("llm", times: 4);
            Assert.Equal(4 * round, (await host.Collect(Total))["component=llm,error.code=llm_error,recoverable=true"]);
        }
    }

    [Fact]
    public async Task Ignored_errors_are_counted_like_all_others()
    {
        await using var host = await KairosHost.StartAsync();

        host.Fail("llm", times: 3, ErrorCode.InvalidInput);

        Assert.Equal(3, (await host.Collect(Total))["component=llm,error.code=invalid_input,recoverable=false"]);
        Assert.Equal(3, host.Metrics.LastOf("kairos.errors.rate")["component=llm"]);
    }

    [Fact]
    public async Task The_rate_is_that_of_the_last_minute()
    {
        await using var host = await KairosHost.StartAsync();
        host.Fail("llm", times: 4);
        await host.Kairos.DrainAsync();
        host.Time.Advance(TimeSpan.FromSeconds(40));
        host.Fail("llm", times: 3);

        Assert.Equal(7, (await host.Collect("kairos.errors.rate"))["component=llm"]);
        host.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(3, (await host.Collect("kairos.errors.rate"))["component=llm"]);
        host.Time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(0, (await host.Collect("kairos.errors.rate"))["component=llm"]);
    }

    [Fact]
    public async Task Recovered_never_exceeds_total_whenever_one_collects()
    {
        await using var host = await KairosHost.StartAsync();
        for (var caller = 0; caller < 2; caller++) host.Kairos[$"tools/t{caller}"].ReportSuccess();
        await host.Kairos.DrainAsync(); // order is promised to components that exist
        var reporting = Task.WhenAll(Enumerable.Range(0, 2).Select(caller => Task.Run(() =>
        {
            var guard = host.Kairos[$"tools/t{caller}"];
            for (var i = 0; i < 20_000; i++)
            {
                var error = new KairosError((ErrorCode)(i % 9), "") { Recoverable = i % 2 == 0 };
                guard.ReportError(error);
                guard.ReportRecovery(ErrorKind.Of(error), 1 + (i % 3));
            }
        })));

        do Check(host.Metrics.Collect(Recovered), host.Metrics.LastOf(Total));
        while (!reporting.IsCompleted);
        await reporting;
        Check(await host.Collect(Recovered), host.Metrics.LastOf(Total));
        Assert.Equal(40_000, host.Metrics.LastOf(Total).Values.Sum());
        Assert.Equal(40_000, host.Metrics.LastOf(Recovered).Values.Sum());

        static void Check(IReadOnlyDictionary<string, double> recovered, IReadOnlyDictionary<string, double> total) =>
            Assert.All(recovered, series => Assert.True(series.Value <= total[series.Key], series.Key));
    }
}
