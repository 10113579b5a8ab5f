using Kairos.Tests.Hosting;

namespace Kairos.Tests.Calls;

/// <summary>What subscribers and the log are told of calls that limits and budgets keep back.</summary>
public sealed class RejectionEventSpecs
{
    [Fact]
    public async Task They_are_told_at_the_first_and_once_a_minute_and_add_up_to_all_of_them()
    {
        await using var host = await KairosHost.StartAsync(new KairosHostSetup
        {
            Options = options => options.Component("llm", c => c with { Call = c.Call with { MaxConcurrent = 1 } }),
        });
        var guard = host.Kairos["llm"];
        using var ended = new CancellationTokenSource();
        var events = guard.WatchAsync(cancellationToken: ended.Token).GetAsyncEnumerator();
        await events.MoveNextAsync().AsTask().Soon(); // the current state
        var (held, ends) = await HeldCall.BeginAsync(guard);

        await RejectAsync(guard, 1);
        var first = await NextAsync(events);
        await RejectAsync(guard, 5);
        host.Time.Advance(TimeSpan.FromSeconds(59));
        await RejectAsync(guard, 1);
        await host.Kairos.DrainAsync().Soon();
        Assert.Single(host.Log.All, line => line.Id == 18);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await RejectAsync(guard, 1);
        var second = await NextAsync(events);

        Assert.Equal(("llm", RejectionReason.ConcurrencyLimit, 1), (first.Component, first.Reason, first.Count));
        Assert.Equal((7, TimeSpan.FromMinutes(1), first.Number), (second.Count, second.At - first.At, guard.Snapshot!.Number));
        await host.Kairos.DrainAsync().Soon();
        Assert.Equal("llm: 7 calls were not made (ConcurrencyLimit); told once a minute at most", host.Log.All.Last(line => line.Id == 18).Text);

        held.Succeed();
        await ends.Soon();
        using (CallBudget.Begin(attempts: 1))
        {
            await guard.SucceedAsync();
            await guard.SucceedAsync();
        }

        var third = await NextAsync(events);
        Assert.Equal((RejectionReason.BudgetExhausted, 1), (third.Reason, third.Count)); // each reason by itself
        await ended.CancelAsync();
    }

    [Fact]
    public async Task What_an_open_circuit_refuses_is_told_by_its_transition_alone()
    {
        await using var host = await KairosHost.StartAsync();
        var guard = host.Kairos["llm"];
        guard.Isolate();
        await host.Kairos.DrainAsync().Soon();

        for (var i = 0; i < 5; i++) Assert.Equal(RejectionReason.CircuitOpen, (await guard.SucceedAsync()).Rejection);

        await host.Kairos.DrainAsync().Soon();
        Assert.DoesNotContain(host.Log.All, line => line.Id == 18);
    }

    private static async Task RejectAsync(ComponentGuard guard, int times)
    {
        for (var i = 0; i < times; i++) Assert.Equal(RejectionReason.ConcurrencyLimit, (await guard.SucceedAsync()).Rejection);
    }

    private static async Task<ComponentEvents.CallsRejected> NextAsync(IAsyncEnumerator<IComponentEvent> events)
    {
        do await events.MoveNextAsync().AsTask().Soon();
        while (events.Current is not ComponentEvents.CallsRejected);
        return (ComponentEvents.CallsRejected)events.Current;
    }
}
