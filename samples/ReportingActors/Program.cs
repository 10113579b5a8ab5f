// An Akka.NET system that exists already, and whose actors make their calls themselves. Kairos comes beside it: they tell its supervisor what
// came of the calls, by messages, and hear when a circuit opens. Nothing else in them changes.
//
//   dotnet run --project samples/ReportingActors

using Akka.Actor;
using Kairos;

using var system = ActorSystem.Create("shop", "akka { loglevel = ERROR, stdout-loglevel = OFF }");
var kairos = system.UseKairos(options => options.Component("memory", c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 3 } }));

var opened = new TaskCompletionSource();
var orders = system.ActorOf(Props.Create(() => new OrdersActor(kairos.Supervisor, opened)), "orders");
for (var number = 1; number <= 5; number++) orders.Tell(new OrdersActor.Store(number));
await opened.Task.WaitAsync(TimeSpan.FromSeconds(30));

await kairos.DrainAsync();
var memory = kairos["memory"].Snapshot!;
Console.WriteLine($"{memory.Errors} errors of the memory: its circuit is {memory.Circuit}, its health {memory.Health}.");
await system.Terminate();

/// <summary>Stores orders in a database that is locked from the third on.</summary>
internal sealed class OrdersActor : ReceiveActor
{
    public OrdersActor(IActorRef kairos, TaskCompletionSource opened)
    {
        kairos.Tell(new ComponentProtocol.Subscribe("memory", Self));

        Receive<Store>(order =>
        {
            try
            {
                Write(order.Number);
                kairos.Tell(new ComponentProtocol.ReportSuccess("memory"));
                Console.WriteLine($"order {order.Number} stored");
            }
            catch (IOException failure)
            {
                kairos.Tell(new ComponentProtocol.ReportError("memory", new KairosError(ErrorCode.MemoryError, failure.Message)));
                Console.WriteLine($"order {order.Number} not stored: {failure.Message}");
            }
        });
        Receive<ComponentEvents.CircuitStateChanged>(changed =>
        {
            if (changed.Transition.To != CircuitStatus.Open) return;
            Console.WriteLine($"the memory's circuit opened: {changed.Transition.Reason}");
            opened.TrySetResult();
        });
        ReceiveAny(_ => { }); // the other events
    }

    private static void Write(int number)
    {
        if (number >= 3) throw new IOException("database is locked");
    }

    internal sealed record Store(int Number);
}
