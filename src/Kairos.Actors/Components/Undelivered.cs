using Akka.Actor;
using Akka.Event;

namespace Kairos.Components;

/// <summary>
/// Brings back what was told to a component's actor that had stopped: because the component was removed, or somebody stopped the actor. Akka makes
/// a dead letter of it; the supervisor delivers it to the actor that has the component now, or to the next component of that name. What
/// would not have created one, a removal for example, was meant for the one that is gone. Thread-safe.
/// </summary>
internal sealed class Undelivered(ActorSystem system, IActorRef supervisor) : MinimalActorRef
{
    private readonly string _below = supervisor.Path.ToStringWithoutAddress() + "/";

    public override ActorPath Path { get; } = supervisor.Path / "undelivered";

    public override IActorRefProvider Provider => ((ExtendedActorSystem)system).Provider;

    /// <summary>From now on, until the actor system stops. What the supervisor itself can no longer take stays a dead letter.</summary>
    public static void BringBack(ActorSystem system, IActorRef supervisor) =>
        system.EventStream.Subscribe(new Undelivered(system, supervisor), typeof(DeadLetter));

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is DeadLetter { Message: ICreatesComponent told } letter && letter.Recipient.Path.ToStringWithoutAddress().StartsWith(_below, StringComparison.Ordinal))
            supervisor.Tell(told, letter.Sender);
    }
}
