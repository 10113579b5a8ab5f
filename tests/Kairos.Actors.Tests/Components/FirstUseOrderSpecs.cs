using Akka.Actor;
using Akka.TestKit;
using Kairos.Calls;
using Kairos.Components;
using Kairos.Errors;
using static Kairos.Components.ComponentEvents;

namespace Kairos.Tests.Components;

/// <summary>What one thread tells one component arrives in that order, also while the component is still being created.</summary>
public sealed class FirstUseOrderSpecs : KairosTestKit
{
    private const int Reports = 1000;

    [Theory]
    [InlineData("fresh")]
    [InlineData("tools/fresh")]
    [InlineData("entirely/fresh/branch")]
    public async Task The_first_reports_on_a_component_arrive_in_order(string prefix)
    {
        var recorded = CreateTestProbe();
        Sys.EventStream.Subscribe(recorded.Ref, typeof(ErrorRecorded));
        for (var round = 0; round < 10; round++)
        {
            TellInOrder(Kairos[$"{prefix}{round}"]);
            Assert.Equal(Enumerable.Range(0, Reports), await Arrived(recorded));
        }
    }

    [Fact]
    public async Task A_new_guard_for_each_report_keeps_the_order_too()
    {
        var recorded = CreateTestProbe();
        Sys.EventStream.Subscribe(recorded.Ref, typeof(ErrorRecorded));

        for (var i = 0; i < Reports; i++) Kairos["fresh"].ReportError(Numbered(i));

        Assert.Equal(Enumerable.Range(0, Reports), await Arrived(recorded));
    }

    [Fact]
    public async Task Once_it_is_there_a_component_is_told_directly()
    {
        TellInOrder(Kairos["fresh"]);
        await Kairos.DrainAsync();
        var letGo = new TaskCompletionSource();
        Tell(new Busy(() => TestActor.Tell("busy"), letGo.Task));
        await ExpectMsgAsync("busy");

        var direct = await Kairos["fresh"].GetSnapshotAsync(); // the supervisor is blocked

        Assert.Equal(Reports, direct.Errors);
        letGo.SetResult();
    }

    private static void TellInOrder(ComponentGuard guard)
    {
        for (var i = 0; i < Reports; i++) guard.ReportError(Numbered(i));
    }

    private static KairosError Numbered(int i) => new(ErrorCode.InvalidInput, $"{i}");

    private static async Task<IEnumerable<int>> Arrived(TestProbe recorded)
    {
        var messages = new List<int>();
        while (messages.Count < Reports) messages.Add(int.Parse((await recorded.ExpectMsgAsync<ErrorRecorded>()).Error.Message, null));
        return messages;
    }

    /// <summary>Keeps whom it is told to from everything else until it is let go.</summary>
    private sealed record Busy(Action Begins, Task LetGo) : IComponentMessage
    {
        public string Component
        {
            get
            {
                Begins();
                LetGo.Wait(TimeSpan.FromSeconds(30));
                return "busy";
            }
        }
    }
}
