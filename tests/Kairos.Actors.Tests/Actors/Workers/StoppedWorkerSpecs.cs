using Akka.Actor;
using Kairos.Tests.Calls;

namespace Kairos.Tests.Actors.Workers;

/// <summary>A worker that ends of its own accord is missed, and brought back.</summary>
public sealed class StoppedWorkerSpecs
{
    private readonly WorkerUnderTest _worker = new();

    [Fact]
    public async Task It_is_started_again_and_the_component_is_unhealthy_until_then()
    {
        await using var system = await _worker.StartAsync(c => c with { Health = c.Health with { Hold = TimeSpan.Zero } });
        var wait = await _worker.EndAsync(system, "stop");

        Assert.Equal((1, ComponentHealth.Unhealthy), (wait.TotalSeconds, (await system.SettleAsync()).Health));
        _worker.Time.Advance(wait);
        Assert.Equal("hello 1", await system.Llm.AskAsync<string>("hello").AsTask().Soon());
        Assert.Equal((0, ComponentHealth.Healthy), ((await system.SettleAsync()).Errors, system.Llm.Snapshot!.Health));
        Assert.Equal(1, system.Kairos.MetricsOf("llm").Restarts?.Measure().Value);
    }

    [Fact]
    public async Task Its_restart_is_not_blamed_on_an_older_crash()
    {
        await using var system = await _worker.StartAsync();
        using var listener = Inbox.Create(system.Actors);
        system.Actors.EventStream.Subscribe(listener.Receiver, typeof(ComponentEvents.ComponentRestarted));
        List<string> causes = [];
        foreach (var end in new[] { "crash", "stop", "crash" })
        {
            _worker.Time.Advance(await _worker.EndAsync(system, end));
            causes.Add(((ComponentEvents.ComponentRestarted)await listener.ReceiveAsync(TimeSpan.FromSeconds(30))).Cause.Message);
        }

        Assert.Equal(["crashed", "The worker ended of its own accord.", "crashed"], causes);
    }

    [Fact]
    public async Task Who_had_asked_it_is_told_at_once_and_the_component_is_not_blamed()
    {
        await using var system = await _worker.StartAsync();

        var refusal = await Assert.ThrowsAsync<WorkerUnavailableException>(() => system.Llm.AskAsync<string>("stop").AsTask().Soon());

        Assert.StartsWith("The worker of 'llm' went down", refusal.Message, StringComparison.Ordinal);
        Assert.Equal((0, 1), ((await system.SettleAsync()).Errors, system.Ledger.Ignored.Total));
    }
}
