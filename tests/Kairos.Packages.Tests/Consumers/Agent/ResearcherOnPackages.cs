using Akka.Actor;

/// <summary>An agent whose model answers once, and then is down.</summary>
internal static class ResearcherOnPackages
{
    public static async Task RunAsync()
    {
        var system = ActorSystem.Create("agent");
        var kairos = system.UseKairos(settings => settings.Component("llm", c => c with
        {
            Breaker = c.Breaker with { ConsecutiveFailures = 1 },
            Call = c.Call with { Retry = c.Call.Retry with { MaxAttempts = 1 } },
        }));
        using var model = new OneAnswer();
        for (var i = 0; i < 3; i++) await AskAsync(model, kairos);
        await system.Terminate();
    }

    private static async Task AskAsync(IChatClient model, IKairos kairos)
    {
        // snippet: src/Kairos.Extensions.Agents/README.md researcher
    }

    private sealed class OneAnswer : IChatClient
    {
        private int _requests;

        public Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => ++_requests == 1
            ? Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "A switch that opens.")) { FinishReason = ChatFinishReason.Stop })
            : throw new HttpRequestException("bad gateway", null, System.Net.HttpStatusCode.BadGateway);

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
