// Akka.NET without a host: an actor that makes its calls itself, and tells what came of them by messages.

using Akka.Actor;
using Kairos;

var system = ActorSystem.Create("shop", "akka { loglevel = ERROR, stdout-loglevel = OFF }");
var kairos = system.UseKairos(options => options.Component("memory", c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 2 } }));

var orders = system.ActorOf(Props.Create(() => new OrdersActor(kairos.Supervisor)), "orders");
for (var number = 1; number <= 3; number++) await orders.Ask<string>(number, TimeSpan.FromSeconds(60));

await kairos.DrainAsync();
Console.WriteLine(kairos["memory"].Snapshot);
await system.Terminate();

internal sealed class OrdersActor : ReceiveActor
{
    public OrdersActor(IActorRef kairos) => Receive<int>(number =>
    {
        if (number == 1) kairos.Tell(new ComponentProtocol.ReportSuccess("memory"));
        else kairos.Tell(new ComponentProtocol.ReportError("memory", new KairosError(ErrorCode.MemoryError, "database is locked")));
        Sender.Tell("done");
    });
}
