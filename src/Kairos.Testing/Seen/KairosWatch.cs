using System.Runtime.CompilerServices;
using System.Text;
using Akka.Actor;
using Kairos.Actors;
using Kairos.Errors;

namespace Kairos.Testing;

/// <summary>
/// What is seen of one Kairos, for awaits that say what they saw. One that a test has started is watched from its beginning, any other from its
/// first await on. Thread-safe.
/// </summary>
internal sealed class KairosWatch(EventRecorder events)
{
    private const int MostShown = 10;
    private static readonly ConditionalWeakTable<KairosRuntime, KairosWatch> Watches = [];
    private static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(10);

    public EventRecorder Events => events;

    /// <summary>How long awaits wait, in real time.</summary>
    public TimeSpan Timeout { get; set; } = UsualTimeout;

    /// <summary>Where time is virtual: what says so.</summary>
    public VirtualTime? Time { get; init; }

    public static KairosWatch Begin(ActorSystem system, VirtualTime? time)
    {
        var events = new EventRecorder(system);
        system.EventStream.Subscribe(events, typeof(IComponentEvent));
        return new KairosWatch(events) { Time = time };
    }

    public static KairosWatch Of(ComponentGuard guard) =>
        Watches.GetValue(guard.Runtime, _ => Begin(((ActorRefWithCell)guard.Supervisor).Underlying.System, null));

    public void Watch(KairosRuntime runtime) => Watches.Add(runtime, this);

    /// <summary>Waits until something is to be seen of a component.</summary>
    /// <param name="guard">The component.</param>
    /// <param name="expected">What is expected, in words.</param>
    /// <param name="look">Null while it is not to be seen.</param>
    /// <param name="timeout">How long to wait, in real time; null for as long as usual.</param>
    /// <exception cref="KairosTestException">It was not to be seen in time.</exception>
    public async Task<T> UntilAsync<T>(ComponentGuard guard, string expected, Func<SeenEvents, T?> look, TimeSpan? timeout) where T : class
    {
        var (limit, begin) = (timeout ?? Timeout, TimeProvider.System.GetTimestamp());
        while (true)
        {
            var next = events.Next;
            if (events.Of(guard.Component, look) is { } seen) return seen;
            var left = limit - TimeProvider.System.GetElapsedTime(begin);
            if (left <= TimeSpan.Zero) throw new KairosTestException(Describe(guard, expected, limit));
            await next.WaitAsync(left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private string Describe(ComponentGuard guard, string expected, TimeSpan limit)
    {
        var text = new StringBuilder().AppendLine(Invariant($"Expected {expected} within {limit.TotalSeconds:0.###} s of real time, but that has not happened."));
        var others = guard.Runtime.Registry.Snapshots().Select(snapshot => snapshot.Component);
        text.AppendLine(guard.Snapshot is { } snapshot ? $"Now: {snapshot}" : $"There is no component '{guard.Component}'; there are {string.Join(", ", others)}.");
        events.Of(guard.Component, seen =>
        {
            Append(text, "Last transitions", seen.Transitions.Select(it => Invariant(
                $"#{it.Change.Transition.Sequence} {it.Change.Transition.From.ToWireName()} -> {it.Change.Transition.To.ToWireName()} ({it.Change.Transition.Reason.ToWireName()}) at {it.Change.At:O}")));
            Append(text, "Last errors", seen.Errors.Select(error => $"{error.Code.ToWireName()}, {error.Verdict.ToWireName()}: {Redaction.OneLine(error.Message)}"));
            return text;
        });
        if (Time is not null) text.AppendLine(Invariant($"Time is virtual and stands at {Time.GetUtcNow():O}. Nobody moves it while this waits: call AdvanceAsync() where it must pass."));
        return text.ToString().TrimEnd();
    }

    private static void Append(StringBuilder text, string title, IEnumerable<string> lines)
    {
        var last = lines.TakeLast(MostShown).ToList();
        text.AppendLine(last.Count == 0 ? $"{title}: none." : $"{title}:");
        foreach (var line in last) text.AppendLine($"  {line}");
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
