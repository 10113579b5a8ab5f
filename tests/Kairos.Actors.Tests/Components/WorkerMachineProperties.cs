using System.Globalization;
using CsCheck;
using Kairos.Components;

namespace Kairos.Tests.Components;

/// <summary>What holds for every worker and every sequence of events and times.</summary>
public sealed class WorkerMachineProperties
{
    private static readonly WorkerPolicy Policy = new() { RestartDelay = TimeSpan.FromSeconds(1), RestartDelayMax = TimeSpan.FromSeconds(8) };

    private enum Event
    {
        Nothing,
        Ask,
        Ready,
        Down,
    }

    private static readonly Gen<(Event What, int Milliseconds)[]> Stories = Gen.Select(Gen.Enum<Event>(), Gen.Int[0, 3000]).Array[0, 60];

    [Fact]
    public void Each_question_is_given_once_or_refused_and_those_given_are_in_order() => Stories.Sample(story =>
    {
        var (worker, asked, given, refused) = (new WorkerUnderMachine(Policy), 0, new List<int>(), new List<int>());
        foreach (var (what, wait) in story) See(Happen(worker, what, wait, () => $"{asked++}"));
        See(worker.Gone());

        Assert.Equal(given.Order(), given);
        Assert.Equal(given.Distinct(), given);
        Assert.Equal(Enumerable.Range(0, asked), given.Union(refused).Order());
        Assert.Equal(refused.Distinct(), refused); // nobody is told twice

        void See(List<string> steps)
        {
            foreach (var step in steps)
            {
                if (step.StartsWith("give ", StringComparison.Ordinal)) given.Add(int.Parse(step[5..], CultureInfo.InvariantCulture));
                if (step.StartsWith("refuse ", StringComparison.Ordinal)) refused.Add(int.Parse(step[7..step.IndexOf(':', StringComparison.Ordinal)], CultureInfo.InvariantCulture));
            }
        }
    });

    [Fact]
    public void What_is_due_is_done_and_a_tick_too_many_does_nothing() => Stories.Sample(story =>
    {
        var worker = new WorkerUnderMachine(Policy);
        foreach (var (what, wait) in story)
        {
            Happen(worker, what, wait, () => "");
            if (worker.State.NextDeadline(Policy) is { } due) Assert.True(due > worker.Now);
            var before = worker.State;
            Assert.Empty(worker.Tick());
            Assert.Equal(before, worker.State);
        }
    });

    [Fact]
    public void Nobody_waits_longer_for_a_worker_that_is_not_up_than_is_promised() => Stories.Sample(story =>
    {
        var worker = new WorkerUnderMachine(Policy);
        foreach (var (what, wait) in story)
        {
            Happen(worker, what, wait, () => "");
            var state = worker.State;
            if (state.Phase == WorkerPhase.Up) continue;
            Assert.All(state.Waiting, one => Assert.True(worker.Now - Later(one.Since, state.DownSince) < Policy.LongestWait));
        }

        static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;
    });

    /// <summary>Lets time pass, and then what the phase allows happen.</summary>
    private static List<string> Happen(WorkerUnderMachine worker, Event what, int wait, Func<string> message)
    {
        worker.In(wait / 1000.0);
        return (what, worker.State.Phase) switch
        {
            (Event.Ask, _) => worker.Ask(message()),
            (Event.Ready, WorkerPhase.Starting or WorkerPhase.Up) => worker.Ready(),
            (Event.Down, WorkerPhase.Starting) => wait % 2 == 0 ? worker.NoStart() : worker.Crash(),
            (Event.Down, WorkerPhase.Up) => worker.Crash(),
            (Event.Down, WorkerPhase.Dying) => worker.Stopped(),
            _ => worker.Tick(),
        };
    }
}
