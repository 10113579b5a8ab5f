using Akka.Actor;

namespace Kairos.Components;

/// <summary>What is done about a crash of any of Kairos' actors: it is restarted; that is logged, counted, told.</summary>
internal static class Restarts
{
    /// <summary>A crash costs the message that caused it, never the actor.</summary>
    public static readonly SupervisorStrategy Always =
        new OneForOneStrategy(-1, Timeout.Infinite, new LocalOnlyDecider(_ => Directive.Restart), loggingEnabled: false);

    /// <summary>Akka restarts the children of an actor that crashed, too; theirs is no crash. They have no message, and no failed start.</summary>
    public static void Tell(ActorSystem system, KairosRuntime runtime, string component, Exception cause, object? message, ComponentHandle? handle = null)
    {
        if (message is null && cause is not ActorInitializationException) return;
        var what = message?.GetType().Name ?? "no message";
        runtime.Log((cause, component, what), static (logger, it) => KairosLog.Restarted(logger, it.cause, it.component, it.what));
        var restarted = new ComponentEvents.ComponentRestarted(component, cause) { Source = handle };
        runtime.Metrics.Tell(restarted);
        system.EventStream.Publish(restarted);
    }
}
