using Akka.Actor;
using Kairos;

/// <summary>A model that wants a tool, answers, and then is down.</summary>
internal static class AgentOnPackages
{
    public static async Task RunAsync()
    {
        var system = ActorSystem.Create("agent");
        var kairos = system.UseKairos(settings => settings.Component("llm", c => c with
        {
            Breaker = c.Breaker with { ConsecutiveFailures = 1 },
            Call = c.Call with { Retry = c.Call.Retry with { MaxAttempts = 1 } },
        }));
        using var model = new ModelStub();
        await AskAsync(model, kairos);
        try
        {
            await AskAsync(model, kairos);
        }
        catch (ModelFailedException failure)
        {
            Console.WriteLine(failure.InnerException!.Message);
        }

        await AskAsync(model, kairos);
        await system.Terminate();
    }

    private static async Task AskAsync(IChatClient model, IKairos kairos)
    {
        // snippet: src/Kairos.Extensions.AI/README.md agent
    }

    private static string FindFlights() => "Fly at noon";

    private sealed class ModelStub : IChatClient
    {
        private int _requests;

        public Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            if (++_requests > 2) throw new HttpRequestException("bad gateway", null, System.Net.HttpStatusCode.BadGateway);
            var result = messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().LastOrDefault();
            var answer = result is null
                ? new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("1", options!.Tools!.Single().Name)])
                : new ChatMessage(ChatRole.Assistant, $"{result.Result}, by {options!.Tools!.Single().Name}.");
            return Task.FromResult(new ChatResponse(answer) { FinishReason = result is null ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop });
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
