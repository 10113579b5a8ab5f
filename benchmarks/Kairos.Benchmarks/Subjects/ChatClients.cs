using System.Runtime.CompilerServices;
using Kairos.Benchmarks.Measuring;
using Microsoft.Extensions.AI;

namespace Kairos.Benchmarks.Subjects;

/// <summary>A model that answers at once: bare, under a guard, and under Microsoft.Extensions.AI's telemetry.</summary>
internal sealed class ChatClients
{
    /// <summary>The meter of that telemetry.</summary>
    public const string Meter = "Experimental.Microsoft.Extensions.AI";

    public ChatClients(IKairos kairos)
    {
        Guarded = Bare.AsBuilder().UseKairos(kairos).Build();
        Told = Bare.AsBuilder().UseOpenTelemetry().Build();
    }

    public IChatClient Bare { get; } = new FromMemory();

    public IChatClient Guarded { get; }

    public IChatClient Told { get; }

    private sealed class FromMemory : IChatClient
    {
        private static readonly UsageDetails Usage = new() { InputTokenCount = 40, OutputTokenCount = 4, TotalTokenCount = 44 };
        private static readonly ChatResponseUpdate Word = new(ChatRole.Assistant, "sunny ");
        private static readonly ChatResponseUpdate Last = new(ChatRole.Assistant, [new UsageContent(Usage)]) { FinishReason = ChatFinishReason.Stop };
        private static readonly Task<ChatResponse> Answered = Task.FromResult(
            new ChatResponse(new ChatMessage(ChatRole.Assistant, "It is sunny.")) { FinishReason = ChatFinishReason.Stop, Usage = Usage });

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken) => Answered;

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            for (var left = options!.MaxOutputTokens; left > 1; left--) yield return Word;
            yield return Last;
        }

        public object? GetService(Type serviceType, object? serviceKey) => null;

        public void Dispose()
        {
        }
    }
}

/// <summary>A question that is answered as a whole.</summary>
internal readonly struct Question(IChatClient client) : ICaller
{
    /// <summary>What a turn sends that is not the first.</summary>
    public static readonly List<ChatMessage> Conversation =
    [
        new(ChatRole.System, "You are a forecaster."), new(ChatRole.User, "Hello!"), new(ChatRole.Assistant, "Hello! Which town?"), new(ChatRole.User, "Springfield."),
    ];

    public async ValueTask<int> CallAsync() => (await client.GetResponseAsync(Conversation)).Messages.Count;
}

/// <summary>Answers that come in chunks; a call is a chunk.</summary>
/// <param name="client">Who answers.</param>
/// <param name="length">The chunks of an answer.</param>
internal sealed class Chunks(IChatClient client, int length) : ISubject
{
    public async Task RunAsync(int calls)
    {
        for (var left = calls; left > 0; left -= length)
        {
            var (asked, answered) = (Math.Min(left, length), 0);
            await foreach (var _ in client.GetStreamingResponseAsync(Question.Conversation, new ChatOptions { MaxOutputTokens = asked })) answered++;
            if (answered != asked) throw new InvalidOperationException($"{answered} of {asked} chunks came.");
        }
    }
}
