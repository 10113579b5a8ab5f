// A plain console agent: no host, no dependency injection. Its model fails now and then; each failure is retried, and those that a retry
// made up for count as recovered. In the end the model is down for good: the circuit opens, and the agent says so instead of waiting.
//
//   dotnet run --project samples/ConsoleAgent

using Akka.Actor;
using Kairos;

using var system = ActorSystem.Create("agent", "akka { loglevel = ERROR, stdout-loglevel = OFF }");
var kairos = system.UseKairos(options => options.Component("llm", c => c with
{
    Breaker = c.Breaker with { ConsecutiveFailures = 4 },
    Call = c.Call with { Retry = c.Call.Retry with { MaxAttempts = 3, InitialDelay = TimeSpan.FromMilliseconds(20), Budget = 0 } },
}));
var llm = kairos["llm"];
var model = new ModelStub(fails: attempt => attempt % 3 == 0 || attempt > 8); // every third request, and all from the ninth on

string[] questions =
[
    "What is a circuit breaker?", "What is a probe?", "What is jitter?", "What is a lease?", "What is a deadline?", "What is a budget?",
    "Are you there?", "And now?", "Still not?",
];
foreach (var question in questions)
{
    Console.WriteLine($"> {question}");
    try
    {
        Console.WriteLine($"  {await llm.ExecuteAsync(model.AnswerAsync, question)}");
    }
    catch (CircuitOpenException open)
    {
        Console.WriteLine($"  The model is not called: its circuit is {open.State}, because of {open.Reason}.");
    }
    catch (HttpRequestException failure)
    {
        Console.WriteLine($"  The model failed: {failure.Message}.");
    }
}

await kairos.DrainAsync(); // so that all that was told is in the picture
var picture = llm.Snapshot!;
Console.WriteLine($"{model.Requests} requests, {picture.Errors} errors, {picture.Recovered} of them recovered; the model is {picture.Health}.");
await system.Terminate();

/// <summary>A model that answers everything, except when it fails.</summary>
internal sealed class ModelStub(Predicate<int> fails)
{
    public int Requests { get; private set; }

    public async ValueTask<string> AnswerAsync(string question, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(5), cancellationToken);
        return fails(++Requests)
            ? throw new HttpRequestException("internal error", null, System.Net.HttpStatusCode.InternalServerError)
            : $"A good question. (request {Requests})";
    }
}
