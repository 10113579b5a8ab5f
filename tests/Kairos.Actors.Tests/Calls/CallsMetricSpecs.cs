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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_duration_of_each_call_is_told_once_where_that_is_asked_for_and_a_listener_that_throws_costs_no_call(bool isMeasured)
    {
        var time = new FakeTimeProvider();
        await using var system = await GuardedSystem.StartAsync(time, c => c with { Call = c.Call with { MeasureDuration = isMeasured } });
        var told = new List<(double Seconds, object? Component, object? Outcome)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument, system.Kairos["llm"].Runtime.CallDuration)) self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) =>
        {
            told.Add((value, tags[0].Value, tags[1].Value));
            throw new InvalidOperationException("a listener of the application's");
        });
        listener.Start();

        var (held, running) = await HeldCall.BeginAsync(system.Llm);
        time.Advance(TimeSpan.FromSeconds(2));
        held.Succeed();
        await running.Soon();
        await system.Llm.ExecuteAsync(Act.Succeed, 1);
        await foreach (var _ in system.Llm.ExecuteStreamAsync((_, _) => Elements(), 0)) time.Advance(TimeSpan.FromSeconds(3));
        using (var call = await system.Llm.EnterAsync()) call.Succeeded();
        await system.Llm.FailAsync(times: 2);
        await system.Llm.SucceedAsync();

        Assert.Equal(
            isMeasured ? [(2, "success"), (0, "success"), (6, "success"), (0, "success"), (0, "failure"), (0, "failure"), (0, "rejected")] : [],
            told.Select(one => (one.Seconds, (string)one.Outcome!)));
        Assert.All(told, one => Assert.Equal("llm", one.Component));

        static async IAsyncEnumerable<int> Elements()
        {
            yield return 1;
            await Task.Yield();
            yield return 2;
        }
    }

    [Fact]
    public async Task A_component_that_was_never_called_has_no_series()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());

        Assert.Empty(Collect(system));
    }

    [Fact]
    public async Task A_call_that_is_not_made_is_counted_by_its_reason_and_a_retry_as_one()
    {
        var time = new FakeTimeProvider();
        await using var system = await GuardedSystem.StartAsync(time, c => c with
        {
            Breaker = c.Breaker with { ConsecutiveFailures = 4 },
            Call = c.Call with
            {
                MaxConcurrent = 1,
                Rate = new RatePolicy { Requests = 600, Burst = TimeSpan.FromSeconds(1), MaxWait = TimeSpan.FromMilliseconds(100) },
                Retry = new RetryPolicy { MaxAttempts = 3, InitialDelay = TimeSpan.Zero, Jitter = 0 },
            },
        });
        var (held, running) = await HeldCall.BeginAsync(system.Llm);
        Assert.Equal(RejectionReason.ConcurrencyLimit, (await system.Llm.SucceedAsync()).Rejection);
        Assert.Equal(("llm", 1), Assert.Single(Read(system, MetricNames.CallsActive)));
        held.Succeed();
        await running.Soon();
        using (CallBudget.Begin(1, time: time))
        {
            await system.Llm.SucceedAsync();
            for (var i = 0; i < 2; i++) Assert.Equal(RejectionReason.BudgetExhausted, (await system.Llm.SucceedAsync()).Rejection);
        }

        await system.Llm.FailAsync(); // and two retries
        for (var i = 0; i < 5; i++) await system.Llm.SucceedAsync();
        var waiting = system.Llm.SucceedAsync().AsTask();
        Assert.Equal(("llm", 1), Assert.Single(Read(system, MetricNames.CallsQueued)));
        time.Advance(TimeSpan.FromMilliseconds(100));
        await waiting.Soon();
        var settings = system.Llm.Snapshot!.Settings;
        system.Llm.Reconfigure(settings with { Call = settings.Call with { MaxConcurrent = 0, Rate = settings.Call.Rate with { MaxWait = TimeSpan.Zero } } });
        await system.SettleAsync();
        for (var i = 0; i < 3; i++) Assert.Equal(RejectionReason.RateLimit, (await system.Llm.SucceedAsync()).Rejection);
        system.Llm.Isolate();
        await system.SettleAsync();
        for (var i = 0; i < 4; i++) await system.Llm.SucceedAsync();

        Assert.Equal(
            [("llm budget", 2), ("llm circuit_open", 4), ("llm concurrency", 1), ("llm rate", 3)], Read(system, MetricNames.CallsRejected).Order());
        Assert.Equal([("llm", 2)], Read(system, MetricNames.CallRetries));
        Assert.Equal(10, Collect(system)["rejected"]);
        Assert.Empty(Read(system, MetricNames.CallsActive)); // nothing counts them any more
    }

    private static List<(string Attributes, long Value)> Read(GuardedSystem system, string metric)
    {
        var read = new List<(string, long)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter, system.Kairos.Meter) && instrument.Name == metric) self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => read.Add((string.Join(' ', tags.ToArray().Select(tag => tag.Value)), value)));
        listener.Start();
        listener.RecordObservableInstruments();
        return read;
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
