using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Kairos.Tests.Calls;

/// <summary>A listener of telemetry is somebody else's code: what it throws costs its own measurement or span, and no count.</summary>
[Collection(Alone.Name)]
public sealed class ThrowingListenerSpecs
{
    [Fact]
    public async Task One_of_the_histogram_costs_no_recovery_and_no_error_of_others()
    {
        await using var system = await GuardedSystem.StartAsync(TimeProvider.System, c => c with
        {
            Call = c.Call with { Retry = new RetryPolicy { MaxAttempts = 2, InitialDelay = TimeSpan.FromMilliseconds(1), Budget = 0 } },
        });
        using var listener = new MeterListener();
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => throw new InvalidOperationException("thrown by a listener"));
        listener.InstrumentPublished = (instrument, it) =>
        {
            if (instrument.Name == MetricNames.RecoveryDuration) it.EnableMeasurementEvents(instrument);
        };
        listener.Start();

        for (var i = 0; i < 5; i++) Assert.Equal(2, await system.Llm.ExecuteAsync(ScriptedCall.RunAsync, new ScriptedCall(Act.Broken)).AsTask().Soon());
        await system.SettleAsync();

        var metrics = system.Kairos.MetricsOf("llm");
        Assert.Equal((5, 5), (metrics.Errors.Sum(series => series.Measure().Value), metrics.Recovered.Sum(series => series.Measure().Value)));
    }

    [Fact]
    public async Task One_of_spans_costs_no_error_of_its_count()
    {
        using var source = new ActivitySource("test");
        using var listener = new ActivityListener
        {
            ShouldListenTo = it => it.Name is "Kairos" or "test",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = span => { if (span.DisplayName == "llm error") throw new InvalidOperationException("thrown by a listener"); },
        };
        ActivitySource.AddActivityListener(listener);
        using var meters = new MeterListener { InstrumentPublished = (instrument, it) => { if (instrument.Meter.Name == "Kairos") it.EnableMeasurementEvents(instrument); } };
        meters.Start();
        await using var system = await GuardedSystem.StartAsync(TimeProvider.System, c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 0 } });

        using (source.StartActivity("turn"))
        {
            for (var i = 0; i < 5; i++) Assert.Equal(CallStatus.Failure, (await system.Llm.FailAsync()).Status);
        }

        Assert.Equal(5, (await system.SettleAsync()).Errors);
        Assert.Equal(5, system.Kairos.MetricsOf("llm").Errors.Sum(series => series.Measure().Value));
    }
}
