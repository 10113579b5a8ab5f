using Akka.Actor;
using Kairos.State;
using static Kairos.ComponentProtocol;

namespace Kairos.Actors;

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

/// <summary>What becomes of a message that cannot be taken: it is counted, whoever asked is answered, and nobody waits for it. Thread-safe.</summary>
internal static class Refusals
{
    public static void Refuse(KairosRuntime runtime, IComponentMessage message, RefusalReason reason, IActorRef sender, long number = 0)
    {
        var name = ComponentName.Shorten(message.Component);
        if (message is not Nudge) runtime.Metrics.Tell(new ComponentEvents.ReportRefused(name, reason, CountOf(message)) { Number = number });
        if (!sender.IsNobody()) sender.Tell(new Status.Failure(new ComponentRefusedException(name, reason)));
        var acknowledgement = message is CallEnded ended ? ended.Acknowledgement : (message as Nudge)?.Acknowledgement;
        acknowledgement?.Complete();
    }

    private static long CountOf(IComponentMessage message) => message is ReportRecovery recovery ? recovery.Count : 1;
}
