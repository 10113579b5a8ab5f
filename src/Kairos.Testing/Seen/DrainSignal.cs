using Akka.Actor;

namespace Kairos.Testing;

/// <summary>Waits on the spot until Kairos has counted all that it was told. Needs no thread but the actors' own, so a starved pool cannot hold it up.</summary>
internal sealed class DrainSignal(IActorRefProvider provider) : MinimalActorRef
{
    private readonly TaskCompletionSource _counted = new();

    public override ActorPath Path { get; } = provider.TempPath();

    public override IActorRefProvider Provider => provider;

    /// <summary>False where it took longer than the limit.</summary>
    public static bool Wait(IActorRef supervisor, TimeSpan limit)
    {
        var signal = new DrainSignal(((IInternalActorRef)supervisor).Provider);
        supervisor.Tell(new ComponentProtocol.Drain(WithLog: false), signal);
#pragma warning disable RS0030 // metrics are read on the spot; what is waited for needs no thread of the pool
        return signal._counted.Task.Wait(limit);
#pragma warning restore RS0030
    }

    protected override void TellInternal(object message, IActorRef sender) => _counted.TrySetResult();
}
