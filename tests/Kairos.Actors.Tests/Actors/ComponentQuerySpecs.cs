using Akka.Actor;
using static Kairos.ComponentProtocol;

namespace Kairos.Tests.Actors;

public sealed class ComponentQuerySpecs : KairosTestKit
{
    [Fact]
    public async Task A_snapshot_asked_for_has_all_that_was_told_before()
    {
        Fail("llm", times: 5000);

        Tell(new GetSnapshot("llm"));

        var llm = await ExpectMsgAsync<ComponentSnapshot>();
        Assert.Equal((5000, CircuitStatus.Open), (llm.Errors, llm.Circuit));
    }

    [Fact]
    public async Task A_guard_asked_for_a_snapshot_waits_for_what_it_told()
    {
        var llm = Kairos["llm"];
        for (var i = 0; i < 5000; i++) llm.ReportError(Error());

        Assert.Equal(5000, (await llm.GetSnapshotAsync()).Errors);
    }

    [Fact]
    public async Task All_snapshots_asked_for_have_all_that_was_told_before_and_are_ordered_by_name()
    {
        string[] names = ["zeta", "llm", "tools/search", "tools/fetch/cache"];
        foreach (var name in names) Fail(name, times: 500);

        Tell(GetAll.Instance);

        var all = (await ExpectMsgAsync<AllSnapshots>()).Snapshots;
        Assert.Equal(
            ["llm", "memory", "tools", "tools/fetch", "tools/fetch/cache", "tools/search", "zeta"], all.Select(snapshot => snapshot.Component));
        Assert.All(all.Where(snapshot => names.Contains(snapshot.Component)), snapshot => Assert.Equal(500, snapshot.Errors));
    }

    [Fact]
    public async Task The_front_door_shows_all_snapshots_without_asking()
    {
        Fail("llm", times: 2);
        await Kairos.DrainAsync();

        Assert.Equal(["llm", "memory", "tools"], Kairos.Snapshots.Select(snapshot => snapshot.Component));
        Assert.Equal(2, Kairos.Snapshots[0].Errors);
    }

    [Fact]
    public async Task A_question_about_a_component_that_is_not_there_is_answered_with_a_failure()
    {
        Tell(new GetSnapshot("speech"));

        var refusal = Assert.IsType<ComponentRefusedException>((await ExpectMsgAsync<Status.Failure>()).Cause);
        Assert.Equal(("speech", RefusalReason.UnknownComponent), (refusal.Component, refusal.Reason));
        await Assert.ThrowsAsync<ComponentRefusedException>(() => Kairos["speech"].GetSnapshotAsync());
        Assert.Null(Kairos["speech"].Snapshot);
    }

    [Fact]
    public async Task Draining_waits_for_reports_of_every_thread()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            var guard = Kairos[$"speech/voice{thread}"];
            for (var i = 0; i < 2500; i++) guard.ReportError(Error());
        })));

        await Kairos.DrainAsync();

        Assert.Equal(10_000, Kairos.Snapshots.Sum(snapshot => snapshot.Errors));
    }

    [Fact]
    public async Task Draining_can_be_given_up()
    {
        using var given = new CancellationTokenSource();
        await given.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Kairos.DrainAsync(given.Token));
    }
}
