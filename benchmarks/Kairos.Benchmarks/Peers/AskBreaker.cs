using Akka.Actor;

namespace Kairos.Benchmarks.Peers;

/// <summary>A circuit breaker that is an actor and nothing else: each call asks it for leave and tells it how it ended.</summary>
internal sealed class AskBreaker(IActorRef actor)
{
    public static AskBreaker In(ActorSystem system) => new(system.ActorOf(Props.Create(() => new BreakerActor())));

    public async ValueTask<TResult> ExecuteAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, CancellationToken cancellationToken = default)
    {
        if (await actor.Ask(Message.Enter, cancellationToken).ConfigureAwait(false) is not Message.Admitted)
            throw new InvalidOperationException("The circuit is open.");
        try
        {
            var result = await call(state, cancellationToken).ConfigureAwait(false);
            actor.Tell(Message.Success, ActorRefs.NoSender);
            return result;
        }
        catch
        {
            actor.Tell(Message.Failure, ActorRefs.NoSender);
            throw;
        }
    }

    private enum Message
    {
        Enter,
        Admitted,
        Rejected,
        Success,
        Failure,
    }

    private sealed class BreakerActor : UntypedActor
    {
        private const int Threshold = 5;
        private int _failures;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case Message.Enter:
                    Sender.Tell(_failures < Threshold ? Message.Admitted : Message.Rejected);
                    break;
                case Message.Success:
                    _failures = 0;
                    break;
                case Message.Failure:
                    _failures++;
                    break;
                default:
                    Unhandled(message);
                    break;
            }
        }
    }
}
