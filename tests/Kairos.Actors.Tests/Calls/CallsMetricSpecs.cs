using System.Diagnostics.Metrics;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Calls;

/// <summary><c>kairos.calls</c>: one for each call, by outcome.</summary>
public sealed class CallsMetricSpecs
{
    [Fact]
    public async Task Every_call_is_counted_once_by_its_outcome()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());
        using var caller = new CancellationTokenSource();
        await caller.CancelAsync();
        for (var i = 0; i < 4; i++) await system.Llm.ExecuteAsync(Act.Succeed, i);
        await system.Llm.TryExecuteAsync(Act.Succeed, 1, caller.Token);
        await system.Llm.FailAsync(new KairosError(ErrorCode.InvalidInput, "the caller's fault"));
        await system.Llm.FailAsync(times: 2);
        for (var i = 0; i < 3; i++) await system.Llm.SucceedAsync();

        var calls = Collect(system);

        Assert.Equal(4, calls["success"]);
        Assert.Equal(2, calls["failure"]);
        Assert.Equal(2, calls["ignored"]);
        Assert.Equal(3, calls["rejected"]);
        Assert.Equal(3, (await system.SettleAsync()).Errors); // what is ignored is an error too; a cancellation is none
    }

    [Fact]
    public async Task A_component_that_was_never_called_has_no_series()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());

        Assert.Empty(Collect(system));
    }

    private static Dictionary<string, long> Collect(GuardedSystem system)
    {
        var calls = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter, system.Kairos.Meter) && instrument.Name == MetricNames.Calls)
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => calls.Add(Outcome(tags), value));
        listener.Start();
        listener.RecordObservableInstruments();
        return calls;
    }

    private static string Outcome(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Assert.Contains(new("component", "llm"), tags.ToArray());
        return (string)tags.ToArray().Single(tag => tag.Key == "outcome").Value!;
    }
}
