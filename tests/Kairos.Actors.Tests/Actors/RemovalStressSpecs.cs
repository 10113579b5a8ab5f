using Akka.Actor;
using Kairos.Tests.Calls;
using static Kairos.ComponentEvents;

namespace Kairos.Tests.Actors;

/// <summary>
/// Components are used, removed and stopped by hand at the same time, and at the end the books are added up. Seconds here; a nightly run sets
/// <c>KAIROS_STRESS_SECONDS</c> to minutes.
/// </summary>
[Collection(Alone.Name)]
public sealed class RemovalStressSpecs : IAsyncLifetime
{
    private const int Tellers = 8;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("KAIROS_STRESS_SECONDS"), out var seconds) ? seconds : 3);

    private GuardedSystem _system = null!;
    private Books _books = null!;
    private long _begin;

    public async Task InitializeAsync()
    {
        _system = await GuardedSystem.StartAsync(TimeProvider.System, more: options => options.MaxComponents = 1_000_000, hocon: CountedThreadPool.Hocon);
        _books = new Books();
        var books = _system.Actors.ActorOf(Props.Create(() => new Bookkeeper(_books)));
        _system.Actors.EventStream.Subscribe(books, typeof(ComponentRemoved));
        _system.Actors.EventStream.Subscribe(books, typeof(Akka.Event.DeadLetter));
    }

    public async Task DisposeAsync() => await _system.DisposeAsync();

    [Fact]
    public async Task Told_is_counted_plus_refused_while_components_are_removed_without_pause()
    {
        _begin = TimeProvider.System.GetTimestamp();
        var told = await TellWhile(Task.Run(RemoveWithoutPause));

        Assert.Equal(told, await CountedAsync() + Refused);
        await AssertAllIsWellAsync();
    }

    [Fact]
    public async Task What_is_missing_when_actors_are_stopped_by_hand_is_no_more_than_what_lay_in_their_mailboxes()
    {
        _begin = TimeProvider.System.GetTimestamp();
        var told = await TellWhile(Task.Run(RemoveWithoutPause), Task.Run(StopByHand));

        var missing = told - await CountedAsync() - Refused;
        Assert.InRange(missing, 0, Volatile.Read(ref _books.DeadLetters) + (Tellers * _books.Stops));
        await AssertAllIsWellAsync();
    }

    private bool IsOver => TimeProvider.System.GetElapsedTime(_begin) > Duration;

    private long Refused => _system.Kairos.RefusedFor(RefusalReason.Removed);

    /// <summary>Reports to components that nobody has used before, and questions whose answers are bounded, until the time is up.</summary>
    private async Task<long> TellWhile(params Task[] others)
    {
        var tellers = Enumerable.Range(0, Tellers).Select(teller => Task.Run(() => ReportAsync(teller))).Append(Task.Run(CallAsync)).ToList();
        var askers = new[] { Task.Run(AskAsync), Task.Run(DrainAsync) };
        var told = (await Task.WhenAll(tellers).WaitAsync(Duration + TimeSpan.FromMinutes(1))).Sum();
        await Task.WhenAll([.. others, .. askers]).WaitAsync(TimeSpan.FromMinutes(1));
        return told;
    }

    private async Task<long> ReportAsync(int teller)
    {
        var told = 0L;
        while (!IsOver)
        {
            var guard = _system.Kairos[$"tools/n{(told * Tellers) + teller}"];
            guard.ReportError(Act.Broken);
            told++;
            if (told % 128 == 0) await Within(TimeSpan.FromSeconds(12), () => guard.GetSnapshotAsync()); // let the supervisor keep up
        }

        return told;
    }

    private void RemoveWithoutPause()
    {
        for (var i = 0L; !IsOver; i++)
        {
            if (i % 16 == 0) _system.Kairos.Remove("tools");
            else if (_system.Kairos.Snapshots is { Count: > 3 } all) _system.Kairos.Remove(all[(int)(i % all.Count)].Component);
            Thread.Yield();
        }
    }

    private void StopByHand()
    {
        while (!IsOver)
        {
            var handles = _system.Kairos.Registry.Handles;
            if (handles.Length == 0) continue;
            _books.Stops++;
            _system.Actors.Stop(handles[Random.Shared.Next(handles.Length)].Actor);
            Thread.Yield();
        }
    }

    private async Task<long> CallAsync()
    {
        var failed = 0L;
        for (var i = 0; !IsOver; i++)
        {
            await Within(TimeSpan.FromSeconds(7), async () =>
            {
                if ((await _system.Kairos[$"called/c{i % 50}"].FailAsync()).Status == CallStatus.Failure) failed++;
            });
        }

        return failed;
    }

    private async Task AskAsync()
    {
        for (var i = 0; !IsOver; i++) await Within(TimeSpan.FromSeconds(12), () => _system.Kairos[$"tools/n{i}"].GetSnapshotAsync());
    }

    private async Task DrainAsync()
    {
        while (!IsOver) await Within(TimeSpan.FromSeconds(30), () => _system.Kairos.DrainAsync(CancellationToken.None));
    }

    /// <summary>It ends within its bound, in good order or by an exception that is documented.</summary>
    private static async Task Within(TimeSpan bound, Func<Task> act)
    {
        try
        {
            await act().WaitAsync(bound * 3); // the machine may be busy; what hangs, hangs longer
        }
        catch (ComponentRefusedException)
        {
        }
        catch (CallRejectedException)
        {
        }
        catch (TimeoutException exception) when (exception.Message.Contains("did not answer within", StringComparison.Ordinal))
        {
        }
    }

    /// <summary>Errors of the components that are there, and of those that were removed.</summary>
    private async Task<long> CountedAsync()
    {
        await _system.Kairos.DrainAsync(CancellationToken.None).Soon();
        var living = _system.Kairos.Snapshots.Sum(snapshot => snapshot.Errors);
        await _system.Actors.ActorSelection("/user/*").ResolveOne(TimeSpan.FromSeconds(10)); // the bookkeeper has run
        await SpinUntilQuietAsync(() => Volatile.Read(ref _books.Removed));
        return living + Volatile.Read(ref _books.Removed);
    }

    private async Task AssertAllIsWellAsync()
    {
        foreach (var name in new[] { "llm", "tools/n1", "tools/n2", "called/c1" })
        {
            var guard = _system.Kairos[name];
            var before = guard.Snapshot?.Errors ?? 0;
            guard.ReportError(new KairosError(ErrorCode.InvalidInput, "afterwards"));
            Assert.Equal(before + 1, (await guard.GetSnapshotAsync().Soon()).Errors);
        }

        await _system.Kairos.DrainAsync(CancellationToken.None).Soon();
        await SpinUntilQuietAsync(() => _system.Kairos.Snapshots.Sum(snapshot => snapshot.Errors));
        Assert.True(CountedThreadPool.Turns > 0);
        await SpinUntilQuietAsync(() => CountedThreadPool.Turns).Soon(); // nobody has anything to do any more: no message goes round in circles
    }

    private static async Task SpinUntilQuietAsync(Func<long> read)
    {
        for (long last = -1, same = 0; same < 50;)
        {
            var now = read();
            same = now == last ? same + 1 : 0;
            last = now;
            await Task.Delay(1);
        }
    }

    private sealed class Books
    {
        public long Removed;
        public long DeadLetters;

        public long Stops { get; set; }
    }

    private sealed class Bookkeeper(Books books) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is ComponentRemoved removed) Interlocked.Add(ref books.Removed, removed.Errors);
            if (message is Akka.Event.DeadLetter) Interlocked.Increment(ref books.DeadLetters);
        }
    }
}
