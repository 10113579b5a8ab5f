using Akka.Actor;

namespace Kairos.Tests.Actors;

public sealed class ComponentCreationSpecs() : KairosTestKit("""
    kairos.defaults.breaker.consecutive-failures = 7
    kairos.components {
      speech.breaker.consecutive-failures = 2
      "tools/search".breaker.open-duration = 3s
    }
    """)
{
    [Fact]
    public async Task Components_that_are_configured_are_there_from_the_start()
    {
        await Kairos.DrainAsync();

        Assert.Equal(["llm", "memory", "speech", "tools", "tools/search"], Kairos.Snapshots.Select(snapshot => snapshot.Component));
        Assert.Equal([7, 7, 2, 7, 7], Kairos.Snapshots.Select(snapshot => snapshot.Settings.Breaker.ConsecutiveFailures));
        Assert.Equal(TimeSpan.FromSeconds(3), Kairos["tools/search"].Snapshot!.Settings.Breaker.OpenDuration);
    }

    [Fact]
    public async Task A_component_is_created_when_it_is_first_used_and_loses_nothing()
    {
        Assert.Null(Kairos["vision"].Snapshot);

        Kairos["vision"].ReportError(Error());

        var vision = await Settled("vision");
        Assert.Equal((1, 7), (vision.Errors, vision.Settings.Breaker.ConsecutiveFailures));
    }

    [Fact]
    public async Task All_actors_stand_side_by_side_beneath_the_supervisor()
    {
        Fail("tools/search/web");
        await Kairos.DrainAsync();

        foreach (var path in new[] { "metrics", "log", "llm", "tools", "tools:search", "tools:search:web" })
            Assert.EndsWith("/user/kairos/" + path, (await ActorAt(path)).Path.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_first_use_creates_all_ancestors()
    {
        Succeed("a/b/c");

        await Kairos.DrainAsync();

        Assert.Superset(new HashSet<string>(["a", "a/b", "a/b/c"]), Kairos.Snapshots.Select(snapshot => snapshot.Component).ToHashSet());
    }

    [Fact]
    public async Task Two_guards_of_one_name_are_one_component()
    {
        Kairos["tools"]["search"].ReportError(Error());
        Kairos["tools/search"].ReportError(Error());

        Assert.Equal(2, (await Settled("tools/search")).Errors);
        Assert.Equal("tools/search", Kairos["tools"]["search"].Component);
    }

    [Fact]
    public async Task All_actors_run_on_the_dispatcher_of_their_own()
    {
        Fail("tools/search");
        await Kairos.DrainAsync();

        foreach (var path in new[] { "metrics", "llm", "tools:search" })
            Assert.Equal("kairos.dispatcher", ((ActorRefWithCell)await ActorAt(path)).Underlying.Props.Dispatcher);
        Assert.Equal("kairos.dispatcher", ((ActorRefWithCell)Supervisor).Underlying.Props.Dispatcher);
    }

    [Fact]
    public async Task Many_threads_that_use_a_component_first_get_one_between_them()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 100; i++) Kairos[$"burst/c{i}"].ReportSuccess();
        })));
        await Kairos.DrainAsync();

        Assert.Equal(101, Kairos.Snapshots.Count(snapshot => snapshot.Component.StartsWith("burst", StringComparison.Ordinal)));
    }
}
