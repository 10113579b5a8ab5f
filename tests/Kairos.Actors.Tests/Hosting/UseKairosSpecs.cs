using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Hosting;

/// <summary>Kairos in an actor system of one's own, without dependency injection.</summary>
public sealed class UseKairosSpecs() : TestKit(Hocon)
{
    private const string Hocon = """
        kairos.components.speech.breaker.consecutive-failures = 2
        kairos.defaults.breaker.open-duration = 7s
        """;

    [Fact]
    public async Task The_systems_own_configuration_and_the_options_are_taken()
    {
        var kairos = Sys.UseKairos(options => options.Component("llm", llm => llm with { Breaker = llm.Breaker with { ConsecutiveFailures = 4 } }));
        await kairos.DrainAsync();

        Assert.Equal([4, 5, 2, 5], kairos.Snapshots.Select(snapshot => snapshot.Settings.Breaker.ConsecutiveFailures));
        Assert.All(kairos.Snapshots, snapshot => Assert.Equal(TimeSpan.FromSeconds(7), snapshot.Settings.Breaker.OpenDuration));
    }

    [Fact]
    public async Task Wrong_options_throw_and_start_nothing()
    {
        var problems = Assert.Throws<SettingsException>(() => Sys.UseKairos(options => options.MaxComponents = 0)).Problems;

        Assert.Equal("kairos.max-components", problems[0].Key);
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection("/user/kairos").ResolveOne(TimeSpan.FromSeconds(30)));
        var kairos = Sys.UseKairos(); // nothing of the failed start is in the way
        await kairos.DrainAsync();
        Assert.Equal(4, kairos.Snapshots.Count);
    }

    [Fact]
    public async Task A_wrong_configuration_throws_and_starts_nothing()
    {
        using var system = ActorSystem.Create("wrong", ConfigurationFactory.ParseString("kairos.defaults.breaker.window = soon"));

        var problem = Assert.Single(Assert.Throws<SettingsException>(() => system.UseKairos()).Problems);

        Assert.Equal(("kairos.defaults.breaker.window", "soon"), (problem.Key, problem.Value));
        await Assert.ThrowsAsync<ActorNotFoundException>(() => system.ActorSelection("/user/kairos").ResolveOne(TimeSpan.FromSeconds(30)));
        await system.Terminate();
    }

    [Fact]
    public async Task Time_is_the_one_that_was_given()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var kairos = Sys.UseKairos(options => options.TimeProvider = time);
        kairos["llm"].Isolate();
        await kairos.DrainAsync();

        Assert.Equal(time.Start, kairos["llm"].Snapshot!.Since);
    }

    [Fact]
    public async Task What_happens_goes_to_the_systems_log()
    {
        var kairos = Sys.UseKairos();

        await EventFilter.Warning("speech circuit closed -> open (manual) #1").ExpectOneAsync(() =>
        {
            kairos["speech"].Isolate();
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task Two_systems_in_one_process_share_nothing()
    {
        var here = Sys.UseKairos();
        using var other = ActorSystem.Create("other");
        var there = other.UseKairos();
        here["llm"].Isolate();
        await here.DrainAsync();
        await there.DrainAsync();

        Assert.True(here["llm"].Snapshot!.IsIsolated);
        Assert.False(there["llm"].Snapshot!.IsIsolated);
        await other.Terminate();
        here["llm"].Reset();
        Assert.Equal(2, (await here["llm"].GetSnapshotAsync()).Sequence);
    }

    [Fact]
    public async Task Other_actors_find_the_supervisor_by_its_path()
    {
        var kairos = Sys.UseKairos();
        await kairos.DrainAsync();

        Sys.ActorSelection("/user/kairos").Tell(new ComponentProtocol.GetSnapshot("llm"), TestActor);

        Assert.Equal("llm", (await ExpectMsgAsync<ComponentSnapshot>(TimeSpan.FromSeconds(30))).Component);
    }
}
