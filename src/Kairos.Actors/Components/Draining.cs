using Akka.Actor;
using static Kairos.Components.ComponentProtocol;

namespace Kairos.Components;

/// <summary>Waits until everything that was told so far has been decided and counted. Thread-safe.</summary>
internal static class Draining
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A message of its own goes behind all others: through the supervisor, so that what was on its way to a component has arrived; through
    /// the components, parents first, because they pass on what is for their children; and from each of them through the metrics actor.
    /// </summary>
    public static async Task RunAsync(KairosRuntime runtime, IActorRef supervisor, CancellationToken cancellation)
    {
        await DrainAsync(supervisor, () => true, cancellation).ConfigureAwait(false);
        for (var depth = 0; ; depth++)
        {
            var level = runtime.Registry.Cells.Where(cell => ComponentName.DepthOf(cell.Name) == depth).ToList();
            if (level.Count == 0) break;
            await Task.WhenAll(level.Select(cell => DrainAsync(cell.Actor, () => !cell.IsRetired, cancellation))).ConfigureAwait(false);
        }

        await DrainAsync(runtime.Metrics, () => true, cancellation).ConfigureAwait(false);
    }

    /// <summary>A component that leaves meanwhile answers no more, and has nothing left to drain.</summary>
    private static async Task DrainAsync(IActorRef? actor, Func<bool> isThere, CancellationToken cancellation)
    {
        while (actor is not null)
        {
            try
            {
                await actor.Ask<Drain>(Drain.Instance, Patience, cancellation).ConfigureAwait(false);
                return;
            }
            catch (AskTimeoutException) when (!isThere())
            {
                return;
            }
            catch (AskTimeoutException)
            {
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }
}
