using Akka.Actor;
using Akka.Event;
using Akka.TestKit;

namespace Kairos.Tests.Actors;

internal static class DeadLetters
{
    /// <summary>
    /// Repeats something that is told to an actor until it is a dead letter no more: the news that the actor has stopped reaches whom tells
    /// it by a way of its own. The probe listens to <see cref="DeadLetter"/>.
    /// </summary>
    public static async Task EndFor(IActorRef stopped, TestProbe listening, Func<Task> tell)
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            await tell();
            listening.Ref.Tell(new DeadLetter("the end", ActorRefs.Nobody, ActorRefs.Nobody), ActorRefs.NoSender);
            var letters = new List<DeadLetter>();
            while (letters is not [.., { Message: "the end" }]) letters.Add(await listening.ExpectMsgAsync<DeadLetter>());
            if (!letters.Exists(letter => letter.Recipient.Equals(stopped))) return;
        }

        Assert.Fail($"{stopped} is still told");
    }
}
