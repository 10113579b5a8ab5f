// Turns of an agent with a budget of money, over a model whose tokens are limited. A tokenizer counts what a question has before it is asked, and the
// answer's own usage is what is spent. A turn stops when little is left; a question that is asked all the same is refused by name.
//
//   dotnet run --project samples/Budgets

using System.Runtime.CompilerServices;
using Akka.Actor;
using Kairos;
using Microsoft.Extensions.AI;
using Microsoft.ML.Tokenizers;

using var system = ActorSystem.Create("agent", "akka { loglevel = ERROR, stdout-loglevel = OFF }");
var kairos = system.UseKairos(options => options
    .Price("gpt-large", new ModelPrice { Input = 2.50m, Output = 10 })
    .Component("llm", c => c with { Call = c.Call with { Rate = new RatePolicy { Tokens = 100_000, Burst = TimeSpan.FromSeconds(10) } } }));
var counter = new TiktokenCounter();
using var chat = new Model().AsBuilder().UseKairos(kairos, options: new ModelGuardOptions { Tokens = counter }).Build();

using (var turn = CallBudget.Begin(new CallLimits { Cost = 0.01m }))
{
    for (var step = 1; turn.CostLeft > 0.004m; step++)
    {
        await chat.GetResponseAsync("What is a circuit breaker, in three hundred words?");
        Console.WriteLine(FormattableString.Invariant($"step {step}: {turn.Used.InputTokens} in, {turn.Used.OutputTokens} out, {turn.CostLeft} left"));
    }

    Console.WriteLine("The turn stops in good order.");
}

using (CallBudget.Begin(new CallLimits { OutputTokens = 300 }))
{
    await chat.GetResponseAsync("And what is a bulkhead?");
    try
    {
        await chat.GetResponseAsync("And what is jitter?");
    }
    catch (CallRejectedException rejected)
    {
        Console.WriteLine(rejected.Message);
    }
}

Console.WriteLine($"The tokenizer has counted {counter.Counted} tokens.");
await system.Terminate();

/// <summary>Counts as the models of OpenAI do.</summary>
internal sealed class TiktokenCounter : ITokenEstimator
{
    private static readonly TiktokenTokenizer Tokenizer = TiktokenTokenizer.CreateForEncoding("o200k_base");
    private int _counted;

    public int Counted => _counted;

    public int CountTokens(string text)
    {
        var tokens = Tokenizer.CountTokens(text);
        Interlocked.Add(ref _counted, tokens);
        return tokens;
    }
}

/// <summary>A model that answers every question at length, and tells what it used.</summary>
internal sealed class Model : IChatClient
{
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "A good question."))
        {
            ModelId = "gpt-large-2026-01-01",
            FinishReason = ChatFinishReason.Stop,
            Usage = new UsageDetails { InputTokenCount = 20, OutputTokenCount = 300 },
        });

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates()) yield return update;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
