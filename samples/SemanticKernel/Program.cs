// A kernel of Semantic Kernel whose chat service and functions are guarded by what it shares with Microsoft.Extensions.AI: a chat client is its
// chat service, and an AIFunction its kernel function. First the model has a function called, then the function is down and the model is told
// so, then the model itself is down and its circuit opens.
//
//   dotnet run --project samples/SemanticKernel

using Akka.Actor;
using Kairos;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using FunctionCallContent = Microsoft.Extensions.AI.FunctionCallContent;
using FunctionResultContent = Microsoft.Extensions.AI.FunctionResultContent;

using var system = ActorSystem.Create("agent", "akka { loglevel = OFF, stdout-loglevel = OFF }");
var kairos = system.UseKairos(options => options.Defaults(c => c with
{
    Breaker = c.Breaker with { ConsecutiveFailures = 2 },
    Call = c.Call with { Retry = c.Call.Retry with { MaxAttempts = 1 } },
}));

var outage = "";
using var model = new ModelStub(() => outage == "model");
using var chat = model.AsBuilder().UseKernelFunctionInvocation().UseKairos(kairos).Build(); // innermost: between the functions and the model
var flights = AIFunctionFactory.Create(() => outage == "function" ? throw new IOException("no timetable") : "noon", "find_flight").WithKairos(kairos);

var builder = Kernel.CreateBuilder();
builder.Services.AddSingleton(chat.AsChatCompletionService());
var kernel = builder.Build();
kernel.Plugins.AddFromFunctions("travel", [flights.AsKernelFunction()]);

foreach (var question in new[] { "When?", "And now?", "Still?", "Really?", "Hello?", "Hello?", "Anybody?" })
{
    outage = question switch { "When?" => "", "Hello?" or "Anybody?" => "model", _ => "function" };
    Console.WriteLine($"> {question}");
    try
    {
        var settings = new PromptExecutionSettings { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() };
        var answer = await kernel.GetRequiredService<IChatCompletionService>().GetChatMessageContentAsync(question, settings, kernel);
        Console.WriteLine($"  {answer.Content}");
    }
    catch (ModelFailedException failure)
    {
        Console.WriteLine($"  {failure.Component} failed: {failure.Code}.");
    }
    catch (CircuitOpenException open)
    {
        Console.WriteLine($"  {open.Component} is not called: its circuit is {open.State}, because of {open.Reason}.");
    }
}

await kairos.DrainAsync(); // so that all that was told is in the picture
foreach (var component in kairos.Snapshots.Where(component => component.Errors > 0))
    Console.WriteLine($"{component.Component}: {component.Errors} errors, its circuit is {component.Circuit}.");
await system.Terminate();

/// <summary>A model that has the function called and repeats what it said, except when it is down.</summary>
internal sealed class ModelStub(Func<bool> isDown) : IChatClient
{
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (isDown()) throw new HttpRequestException("internal error", null, System.Net.HttpStatusCode.InternalServerError);
        var result = messages.Last().Contents.OfType<FunctionResultContent>().SingleOrDefault();
        var answer = result is null
            ? new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("1", options!.Tools!.Single().Name)])
            : new ChatMessage(ChatRole.Assistant, $"The function says: {result.Result}");
        return Task.FromResult(new ChatResponse(answer) { FinishReason = result is null ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop });
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
