using System.Runtime.CompilerServices;
using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Hosting;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Extensions.AI.Tests.Models;

/// <summary>What models' answers tell of their tokens reaches the limits and the turn's budget.</summary>
public sealed class UsageSpecs
{
    private const string Whole = """
        {"id":"1","object":"chat.completion","created":1,"model":"gpt-large-2026","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"hello"}}],
        "usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,"prompt_tokens_details":{"cached_tokens":40}}}
        """;

    [Fact]
    public async Task What_an_SDK_reads_of_usage_is_spent_with_the_price_of_the_model_that_answered()
    {
        await using var server = MisbehavingServer.Start(Answers.Ok(Whole));
        await using var system = await StartAsync();
        using var client = Provider.OpenAIClient(server.Url).GetChatClient("m").AsIChatClient().AsBuilder().UseKairos(system.Kairos).Build();
        using var turn = CallBudget.Begin(new CallLimits { Cost = 1 });

        await client.GetResponseAsync("hi").Soon();

        Assert.Equal(new BudgetUse(1, 100, 20, ((60 * 2m) + (40 * 1m) + (20 * 10m)) / 1_000_000), turn.Used);
    }

    [Fact]
    public async Task Embeddings_are_spent_too()
    {
        const string One = """{"object":"list","model":"m","data":[{"object":"embedding","index":0,"embedding":[0.5,1]}],"usage":{"prompt_tokens":7,"total_tokens":7}}""";
        await using var server = MisbehavingServer.Start(Answers.Ok(One));
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider(), null, "llm/embeddings");
        using var generator = Provider.OpenAIClient(server.Url).GetEmbeddingClient("m").AsIEmbeddingGenerator().AsBuilder().UseKairos(system.Kairos).Build();
        using var turn = CallBudget.Begin(new CallLimits { InputTokens = 7 });

        await generator.GenerateAsync(["text"]).Soon();

        Assert.Equal(7, turn.Used.InputTokens);
        Assert.Equal(BudgetLimit.InputTokens, (await Assert.ThrowsAsync<CallRejectedException>(() => generator.GenerateAsync(["text"]).Soon())).BudgetLimit);
    }

    [Fact]
    public async Task Streams_are_spent_as_they_tell_and_where_they_tell_nothing_by_their_length()
    {
        await using var system = await StartAsync();
        using var turn = CallBudget.Begin(new CallLimits { OutputTokens = 1000 });

        await ReadAsync(system, new Streamed(Text("hello"), Used(50, null), Used(null, 5), Stop));
        Assert.Equal((50, 5), (turn.Used.InputTokens, turn.Used.OutputTokens));

        await ReadAsync(system, new Streamed(Text(new string('x', 41)), Stop));
        Assert.Equal((50 + Streamed.InputTokens, 5 + 11), (turn.Used.InputTokens, turn.Used.OutputTokens));
    }

    [Fact]
    public async Task A_stream_that_fails_in_the_middle_has_used_what_came_of_it()
    {
        await using var system = await StartAsync();
        using var turn = CallBudget.Begin(new CallLimits { OutputTokens = 1000 });

        await Assert.ThrowsAsync<ModelFailedException>(() => ReadAsync(system, new Streamed(Text(new string('x', 40)), null)));

        Assert.Equal((Streamed.InputTokens, 10), (turn.Used.InputTokens, turn.Used.OutputTokens));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Models_behind_a_failover_spend_each_what_it_has_used(bool streams)
    {
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider(), null, "llm", "llm/backup");
        using var client = new KairosFailoverChatClient(
            system.Kairos, [new ModelRoute("llm", new Streamed(Used(7, null), null)), new ModelRoute("llm/backup", new Streamed(Text("hello"), Used(50, 5), Stop))]);
        using var turn = CallBudget.Begin(new CallLimits { OutputTokens = 1000 });

        if (!streams) await client.GetResponseAsync("hi").Soon();
        else await foreach (var _ in client.GetStreamingResponseAsync("hi").ConfigureAwait(true)) ;

        Assert.Equal((2, streams ? 57 : 50, 5), (turn.Used.Attempts, turn.Used.InputTokens, turn.Used.OutputTokens)); // a whole answer that fails tells nothing
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_is_ended_in_the_middle_only_where_that_was_asked_for_and_nobody_is_to_blame(bool endsAnswers)
    {
        await using var system = await StartAsync();
        using var turn = CallBudget.Begin(new CallLimits { OutputTokens = 25, EndsAnswers = endsAnswers });
        var model = new Streamed(Text(new string('x', 80)), Text(new string('x', 80)), Text(new string('x', 80)), Stop);

        if (!endsAnswers) await ReadAsync(system, model);
        else Assert.Equal(BudgetLimit.OutputTokens, (await Assert.ThrowsAsync<CallRejectedException>(() => ReadAsync(system, model))).BudgetLimit);

        Assert.Equal(endsAnswers ? 40 : 60, turn.Used.OutputTokens);
        Assert.Empty(await system.ErrorsAsync());
        Assert.Equal(endsAnswers ? (0, 1) : (1, 0), Book(system));
        var rejected = await Assert.ThrowsAsync<CallRejectedException>(() => ReadAsync(system, model)); // and then nothing is begun
        Assert.Equal((1, BudgetLimit.OutputTokens), (model.Requests, rejected.BudgetLimit));
    }

    [Fact]
    public async Task A_limit_of_tokens_takes_the_estimate_before_a_call_and_is_corrected_by_its_answer()
    {
        var time = new FakeTimeProvider();
        await using var system = await AgentSystem.StartAsync(time, options => options.Component("llm", c => c with
        {
            Call = c.Call with { Rate = new RatePolicy { Tokens = 600, Burst = TimeSpan.FromMinutes(1), MaxWait = TimeSpan.Zero } },
        }));
        using var client = new Streamed(Text("hello"), Used(10, 2), Stop).AsBuilder().UseKairos(system.Kairos).Build();

        for (var i = 0; i < 40; i++) await client.GetResponseAsync("hi").Soon(); // 12 each, though the first one is thought to need 261
        using var large = new Streamed(Text("hello"), Used(10, 400), Stop).AsBuilder().UseKairos(system.Kairos).Build();
        await large.GetResponseAsync("hi", new ChatOptions { MaxOutputTokens = 1 }).Soon(); // 410, and owes most of it

        var rejected = await Assert.ThrowsAsync<CallRejectedException>(() => client.GetResponseAsync("hi").Soon());
        Assert.Equal(RejectionReason.RateLimit, rejected.Rejection);
        Assert.InRange(rejected.RetryAfter!.Value.TotalSeconds, 29, 60); // 600 in a minute, and 290 owed
    }

    [Fact]
    public async Task Tokens_are_counted_by_who_can_and_a_counter_that_throws_costs_no_call()
    {
        var counter = new Counter();
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider(), options => options.Component("llm", c => c with
        {
            Call = c.Call with { Rate = new RatePolicy { Tokens = 10_000, Burst = TimeSpan.FromMinutes(1) } },
        }));
        using var client = new Streamed(Text("hello"), Used(10, 2), Stop).AsBuilder()
            .UseKairos(system.Kairos, options: new ModelGuardOptions { Tokens = counter, Priority = CallPriority.Batch }).Build();

        await client.GetResponseAsync("one", new ChatOptions { Instructions = "two", Tools = [AIFunctionFactory.Create(() => "x", "search")] }).Soon();
        await client.GetResponseAsync("throw").Soon();
        await client.GetResponseAsync([new ChatMessage(ChatRole.Tool, [new FunctionResultContent("1", new Unwritable())])]).Soon();

        Assert.Subset(counter.Counted, new HashSet<string> { "one", "two", "search", "throw" });
    }

    private static Task<AgentSystem> StartAsync() => AgentSystem.StartAsync(
        new FakeTimeProvider(), options => options.Price("gpt-large", new ModelPrice { Input = 2, CachedInput = 1, Output = 10 }));

    private static async Task ReadAsync(AgentSystem system, Streamed model)
    {
        using var client = model.AsBuilder().UseKairos(system.Kairos).Build();
        await foreach (var _ in client.GetStreamingResponseAsync("hi, how are you?").ConfigureAwait(true)) ;
    }

    private static (long Success, long Ignored) Book(AgentSystem system)
    {
        var totals = ((KairosInstance)system.Kairos).HandleOf("llm").Ledger.Totals;
        return (totals.Success, totals.Ignored);
    }

    private static ChatResponseUpdate Text(string text) => new(ChatRole.Assistant, text);

    private static ChatResponseUpdate Used(int? input, int? output) =>
        new(ChatRole.Assistant, [new UsageContent(new UsageDetails { InputTokenCount = input, OutputTokenCount = output })]);

    private static ChatResponseUpdate Stop => new(ChatRole.Assistant, []) { FinishReason = ChatFinishReason.Stop };

    private sealed class Unwritable
    {
        public override string ToString() => throw new InvalidOperationException("has no text");
    }

    private sealed class Counter : ITokenEstimator
    {
        public HashSet<string> Counted { get; } = [];

        public int CountTokens(string text)
        {
            lock (Counted) Counted.Add(text);
            return text == "throw" ? throw new InvalidOperationException("no such word") : 1;
        }
    }

    /// <summary>A model that answers with these updates; it fails where one is null.</summary>
    private sealed class Streamed(params ChatResponseUpdate?[] updates) : IChatClient
    {
        public const int InputTokens = 8; // of "hi, how are you?"

        public int Requests { get; private set; }

        public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            Requests++;
            foreach (var update in updates)
            {
                await Task.Yield();
                yield return update ?? throw new IOException("cut");
            }
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
