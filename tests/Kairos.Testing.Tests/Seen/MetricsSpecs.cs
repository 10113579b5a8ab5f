using System.Diagnostics.Metrics;

namespace Kairos.Testing.Tests.Seen;

/// <summary>Metrics of one Kairos, whatever else lives in the process.</summary>
public sealed class MetricsSpecs
{
    [Fact]
    public async Task Each_Kairos_of_a_process_has_metrics_of_its_own()
    {
        await using var one = KairosTest.Start(Calls.Strict);
        await using var other = KairosTest.Start(Calls.Strict);
        using var foreign = new Meter(MetricNames.Source);
        foreign.CreateObservableCounter(MetricNames.Errors, () => new Measurement<long>(99, new KeyValuePair<string, object?>("component", "llm")));

        await one["llm"].FailAsync();

        Assert.Equal(1, one.Metrics.Total("kairos.errors.total", component: "llm"));
        Assert.Equal(0, other.Metrics.Total("kairos.errors.total", component: "llm"));
    }

    [Fact]
    public async Task Counters_are_added_up_over_the_series_that_fit()
    {
        await using var kairos = KairosTest.Start(Calls.Once);
        await kairos["llm"].FailAsync();
        await kairos["llm"].FailAsync(new KairosError(ErrorCode.Timeout, "too late"));
        await kairos["tools"].FailAsync(new KairosError(ErrorCode.Timeout, "too late"));
        await kairos["llm"].SucceedAsync();

        Assert.Equal(3, kairos.Metrics.Total(MetricNames.Errors));
        Assert.Equal(2, kairos.Metrics.Total(MetricNames.Errors, component: "llm"));
        Assert.Equal(2, kairos.Metrics.Total(MetricNames.Errors, null, ("error.code", "timeout")));
        Assert.Equal(1, kairos.Metrics.Total(MetricNames.Errors, component: "llm", ("error.code", "timeout"), ("recoverable", "true")));
        Assert.Equal(0, kairos.Metrics.Total(MetricNames.Errors, component: "memory"));
        Assert.Equal(1, kairos.Metrics.Total(MetricNames.Calls, component: "llm", ("outcome", "success")));
    }

    [Fact]
    public async Task A_reading_comes_behind_all_that_was_told_before_it_also_by_reports_that_nobody_waits_for()
    {
        await using var kairos = KairosTest.Start(Calls.Once);
        for (var i = 0; i < 500; i++) kairos["llm"].ReportError(Calls.Broken);

        Assert.Equal(500, kairos.Metrics.Total(MetricNames.Errors, component: "llm"));
    }

    [Fact]
    public async Task Gauges_have_their_last_value()
    {
        await using var kairos = KairosTest.Start(Calls.Once);
        Assert.Equal(2, kairos.Metrics.Last(MetricNames.CircuitState, component: "llm"));

        await kairos["llm"].ForceOpenAsync();

        Assert.Equal(0, kairos.Metrics.Last(MetricNames.CircuitState, component: "llm"));
        Assert.Equal(0, kairos.Metrics.Last(MetricNames.HealthStatus, component: "llm"));
        Assert.Null(kairos.Metrics.Last(MetricNames.HealthStatus, component: "nobody"));
        Assert.Throws<ArgumentException>(() => kairos.Metrics.Last(MetricNames.HealthStatus));
    }

    [Fact]
    public async Task Histograms_have_a_count_and_a_sum()
    {
        await using var kairos = KairosTest.Start("kairos.defaults.call.retry { initial-delay = 2s, jitter = 0.0, budget = 0.0 }");
        Assert.Equal(0, kairos.Metrics.Count(MetricNames.RecoveryDuration, component: "llm"));
        var attempts = 0;
        var call = kairos["llm"].ExecuteAsync(_ => attempts++ == 0 ? throw new KairosException(Calls.Broken) : new ValueTask<int>(1)).AsTask();

        await kairos.AdvanceAsync(TimeSpan.FromSeconds(2));
        await call.Soon();

        Assert.Equal(1, kairos.Metrics.Count(MetricNames.RecoveryDuration, component: "llm"));
        Assert.Equal(2, kairos.Metrics.Total(MetricNames.RecoveryDuration, component: "llm"));
    }

    [Fact]
    public async Task A_name_that_no_metric_has_is_told_with_those_that_there_are()
    {
        await using var kairos = KairosTest.Start(Calls.Once);

        var wrong = Assert.Throws<ArgumentException>(() => kairos.Metrics.Total("kairos.error.total"));

        Assert.Contains("There is no metric 'kairos.error.total'; there are ", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("kairos.errors.total", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_of_them_can_be_printed()
    {
        await using var kairos = KairosTest.Start(Calls.Once);
        await kairos["llm"].FailAsync();

        Assert.Contains("kairos.errors.total{component=llm,error.code=llm_error,recoverable=true} 1", kairos.Metrics.ToString().Split(Environment.NewLine));
    }
}
