using Akka.Actor;
using static Kairos.Components.ComponentProtocol;

namespace Kairos.Components;

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
