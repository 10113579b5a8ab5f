using Akka.Actor;

namespace Kairos.Components;

/// <summary>Waits until everything that was told so far has been decided and counted. Thread-safe.</summary>
internal static class Draining
{
    private static readonly Identify Question = new(null);

    /// <summary>
    /// A question of Akka's own, which every actor answers in its turn, goes behind all that was told: to the supervisor, so that what was on
    /// its way to a component has arrived; to the components, parents first, because they pass on what is for their children; to the parents
    /// again, because children tell them how they are; to all of them once more, because a burst of reports is published behind it; to the
    /// metrics actor, which all of them have told by then, twice, because it tells itself when it has crashed; and to the log, which it has told. A
    /// component that is removed passes on what is for the one that comes after it: then all of it again.
    /// </summary>
    public static async Task RunAsync(KairosRuntime runtime, IActorRef supervisor, CancellationToken cancellation)
    {
        Stack<IReadOnlyList<ComponentCell>> levels = new();
        long removals;
        do
        {
            levels.Clear();
            removals = runtime.Registry.Removals;
            await DrainAsync(supervisor, cancellation).ConfigureAwait(false);
            while (AtDepth(runtime, levels.Count) is { Count: > 0 } level)
            {
                await DrainAsync(level, cancellation).ConfigureAwait(false);
                levels.Push(level);
            }

            foreach (var level in levels.Skip(1)) await DrainAsync(level, cancellation).ConfigureAwait(false);
            foreach (var level in levels) await DrainAsync(level, cancellation).ConfigureAwait(false);
        }
        while (removals != runtime.Registry.Removals || levels.Any(level => level.Any(cell => cell.IsRetired)));

        await DrainAsync(runtime.Metrics, cancellation).ConfigureAwait(false);
        await DrainAsync(runtime.Metrics, cancellation).ConfigureAwait(false);
        await DrainAsync(runtime.LogWriter, cancellation).ConfigureAwait(false);
    }

    private static IReadOnlyList<ComponentCell> AtDepth(KairosRuntime runtime, int depth) =>
        [.. runtime.Registry.CellsWithLeaving.Where(cell => ComponentName.DepthOf(cell.Name) == depth)];

    private static Task DrainAsync(IReadOnlyList<ComponentCell> cells, CancellationToken cancellation) =>
        Task.WhenAll(cells.Select(cell => DrainAsync(cell.Actor, cancellation)));

    /// <summary>An actor that has stopped meanwhile has nothing left to drain.</summary>
    private static Task DrainAsync(IActorRef? actor, CancellationToken cancellation) =>
        actor is null || actor.IsNobody() ? Task.CompletedTask : Asking.TryAskAsync<ActorIdentity>(actor, Question, cancellation);
}
