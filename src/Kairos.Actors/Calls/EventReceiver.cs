using System.Threading.Channels;
using Akka.Actor;

namespace Kairos.Calls;

/// <summary>A subscriber that is no actor: what it is told goes into a channel, which never makes anybody wait. Thread-safe.</summary>
internal sealed class EventReceiver(ComponentGuard guard, IInternalActorRef kairos, ChannelWriter<IComponentEvent> events) : MinimalActorRef
{
    public override ActorPath Path { get; } = kairos.Provider.TempPath();

    public override IActorRefProvider Provider => kairos.Provider;

    /// <summary>Once nobody reads any more the subscription ends, also one whose end had overtaken its beginning.</summary>
    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is IComponentEvent told && !events.TryWrite(told)) guard.Unsubscribe(this);
    }
}
