using System.Runtime.CompilerServices;
using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Extensions.AI.Tests.Models;

/// <summary>An answer that ends in good order and has nothing in it.</summary>
public sealed class EmptyAnswerSpecs : IAsyncLifetime
{
    private static readonly string Empty = Wire.Answer.Replace("\"hello\"", "\"\"", StringComparison.Ordinal);
    private readonly MisbehavingServer _server = MisbehavingServer.Start(Answers.Ok(Empty));
    private AgentSystem _system = null!;

    public async Task InitializeAsync() => _system = await AgentSystem.StartAsync(new FakeTimeProvider());

    public async Task DisposeAsync()
    {
        await _system.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("null")]
    public async Task Is_told_as_one_and_is_no_message(string content)
    {
        _server.Answer = Answers.Ok(Wire.Answer.Replace("\"hello\"", content, StringComparison.Ordinal));
        using var client = Client();

        var response = await client.GetResponseAsync("hi").Soon();

        Assert.Empty(response.Messages);
        Assert.Equal(true, response.AdditionalProperties?[KairosModelExtensions.EmptyAnswer]);
        Assert.Empty(await _system.ErrorsAsync());
    }

    [Fact]
    public async Task Is_told_by_the_last_update_of_a_stream()
    {
        _server.Answer = Wire.Stream(Wire.Begin, Wire.End("stop"), Wire.Done);
        using var client = Client();

        var updates = await client.GetStreamingResponseAsync("hi").ToListAsync();

        Assert.Equal(true, updates[^1].AdditionalProperties?[KairosModelExtensions.EmptyAnswer]);
        Assert.Empty(await _system.ErrorsAsync());
    }

    [Fact]
    public async Task Is_what_holds_nothing_but_reasoning()
    {
        using var client = new Thinking([new TextReasoningContent("hm"), new TextContent("")]).AsBuilder().UseKairos(_system.Kairos).Build();

        var response = await client.GetResponseAsync("hi").Soon();
        var updates = await client.GetStreamingResponseAsync("hi").ToListAsync();

        Assert.Empty(response.Messages);
        Assert.Equal(true, response.AdditionalProperties?[KairosModelExtensions.EmptyAnswer]);
        Assert.Equal("hm", Assert.IsType<TextReasoningContent>(updates[0].Contents[0]).Text);
        Assert.Equal([null, true], updates.Select(update => update.AdditionalProperties?[KairosModelExtensions.EmptyAnswer]));
    }

    [Fact]
    public async Task A_stream_of_reasoning_is_handed_out_before_its_end()
    {
        _server.Answer = Wire.Cut(Ending.Stall, Wire.Begin, Wire.Hello.Replace("content", "reasoning", StringComparison.Ordinal));
        using var client = Client();

        await using var updates = client.GetStreamingResponseAsync("hi").GetAsyncEnumerator();
        do Assert.True(await updates.MoveNextAsync().AsTask().Soon());
        while (!updates.Current.Contents.OfType<TextReasoningContent>().Any());
    }

    [Fact]
    public async Task Of_reasoning_alone_is_not_sent_again_either_unless_more_of_the_same_turn_follows()
    {
        static ChatMessage Reasoning() => new(ChatRole.Assistant, [new TextReasoningContent("hm")]);
        using var model = new Thinking([new TextContent("hello")]);
        using var client = model.AsBuilder().UseKairos(_system.Kairos).Build();

        await client.GetResponseAsync([new(ChatRole.User, "first"), Reasoning(), new(ChatRole.User, "second"), Reasoning(), new(ChatRole.Assistant, "hello"), new(ChatRole.User, "third")]).Soon();

        Assert.Equal(["first", "second", "", "hello", "third"], model.Asked.Select(message => message.Text));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Is_not_sent_to_a_server_again_whoever_has_stored_it(bool failover)
    {
        List<ChatMessage> conversation = [new(ChatRole.User, "first"), new(ChatRole.Assistant, ""), new(ChatRole.Assistant, (IList<AIContent>)[]), new(ChatRole.User, "second")];
        using var client = failover
            ? new KairosFailoverChatClient(_system.Kairos, [new ModelRoute("llm", Provider.ClientOf(Provider.OpenAI, _server.Url))])
            : Client();

        await client.GetResponseAsync(conversation).Soon();
        var whole = _server.LastRequest;
        _server.Answer = Wire.Stream(Wire.Hello, Wire.End("stop"), Wire.Done);
        await client.GetStreamingResponseAsync(conversation).ToChatResponseAsync().Soon();

        foreach (var request in new[] { whole, _server.LastRequest })
        {
            Assert.Contains("second", request, StringComparison.Ordinal);
            Assert.DoesNotContain("assistant", request, StringComparison.Ordinal);
        }

        Assert.Equal(4, conversation.Count);
    }

    [Fact]
    public async Task An_answer_that_calls_a_tool_or_ends_for_another_reason_is_none()
    {
        using var client = Client();
        _server.Answer = Answers.Ok(Wire.CallTheTool);
        var call = await client.GetResponseAsync("hi").Soon();
        _server.Answer = Answers.Ok(Empty.Replace("\"stop\"", "\"length\"", StringComparison.Ordinal));
        var cut = await client.GetResponseAsync("hi").Soon();

        Assert.Single(call.Messages);
        Assert.Null(call.AdditionalProperties?.GetValueOrDefault(KairosModelExtensions.EmptyAnswer));
        Assert.Null(cut.AdditionalProperties?.GetValueOrDefault(KairosModelExtensions.EmptyAnswer));
    }

    private IChatClient Client() => Provider.ClientOf(Provider.OpenAI, _server.Url).AsBuilder().UseKairos(_system.Kairos).Build();

    /// <summary>A model that answers the same for ever, and ends in good order.</summary>
    private sealed class Thinking(IList<AIContent> contents) : IChatClient
    {
        public IReadOnlyList<ChatMessage> Asked { get; private set; } = [];

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Asked = [.. messages];
            return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, contents)) { FinishReason = ChatFinishReason.Stop });
        }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            yield return new ChatResponseUpdate(ChatRole.Assistant, contents);
            yield return new ChatResponseUpdate { FinishReason = ChatFinishReason.Stop };
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
