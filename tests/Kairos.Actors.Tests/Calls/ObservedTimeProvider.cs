using System.Collections.Concurrent;
using System.Threading.Channels;
using Akka.Actor;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Calls;

/// <summary>Virtual time that tells who waits for how long, so that a test moves it no earlier than somebody waits.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1852", Justification = "Other projects share this file and derive nothing.")]
internal class ObservedTimeProvider : FakeTimeProvider
{
    private static readonly string[] Owners = ["Delay", "CancellationTokenSource", "AttemptToken"];
    private readonly ConcurrentDictionary<string, Channel<TimeSpan>> _waits = new();

    /// <summary>The next <c>Task.Delay</c>.</summary>
    public Task<TimeSpan> NextDelayAsync() => NextAsync("Delay");

    /// <summary>The next wait of a kind: of an actor by its name, of others by their type.</summary>
    public Task<TimeSpan> NextAsync(string owner) => WaitsOf(owner).Reader.ReadAsync().AsTask().Soon();

    /// <summary>How many waits of a kind nobody has asked for.</summary>
    public int Pending(string owner) => WaitsOf(owner).Reader.Count;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var owner = OwnerOf(callback, state);
        var timer = new ObservedTimer(this, owner, base.CreateTimer(Wrap(callback), state, dueTime, period));
        Note(owner, dueTime);
        return timer;
    }

    /// <summary>What a timer does instead of its callback.</summary>
    protected virtual TimerCallback Wrap(TimerCallback callback) => callback;

    private static string OwnerOf(TimerCallback callback, object? state)
    {
        if (state is IActorRef actor) return actor.Path.Name;
        var type = callback.Method.DeclaringType?.FullName ?? "";
        return Array.Find(Owners, name => type.Contains(name, StringComparison.Ordinal)) ?? "";
    }

    private Channel<TimeSpan> WaitsOf(string owner) => _waits.GetOrAdd(owner, _ => Channel.CreateUnbounded<TimeSpan>());

    private void Note(string owner, TimeSpan dueTime)
    {
        if (dueTime != Timeout.InfiniteTimeSpan) WaitsOf(owner).Writer.TryWrite(dueTime);
    }

    private sealed class ObservedTimer(ObservedTimeProvider time, string owner, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = timer.Change(dueTime, period);
            time.Note(owner, dueTime);
            return changed;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}

/// <summary>Virtual time whose timers never fire: what happens, happens because somebody looked at the clock.</summary>
internal sealed class TimerlessTimeProvider : FakeTimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
}

/// <summary>For tests that want the process for themselves: they listen to every span, block the thread pool, or count allocations.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
