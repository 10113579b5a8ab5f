using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Extensions.AI.Tests.Tools;

/// <summary>Guarded tools beneath the real function-calling client and a real SDK.</summary>
public sealed class FunctionCallingSpecs : IAsyncLifetime
{
    private const int Insistence = 6; // more than the three errors in a row that the function-calling client allows
    private readonly MisbehavingServer _server;
    private AgentSystem _system = null!;
    private int _calls;

    public FunctionCallingSpecs()
    {
        var answers = 0;
        _server = MisbehavingServer.Start(exchange => Answers.Ok(++answers <= Insistence ? Wire.CallTheTool : Wire.Answer)(exchange));
    }

    public async Task InitializeAsync() => _system = await AgentSystem.StartAsync(new FakeTimeProvider(), null, "llm", "tools/search");

    public async Task DisposeAsync()
    {
        await _system.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_model_that_insists_on_a_broken_tool_is_told_and_the_turn_goes_on()
    {
        var tools = new AITool[] { AIFunctionFactory.Create(Break, "search") }.WithKairos(_system.Kairos);

        var answer = await Client().GetResponseAsync("hi", new ChatOptions { Tools = tools }).Soon();

        Assert.Equal("hello", answer.Text);
        Assert.Equal((2, Insistence + 1), (_calls, _server.Requests)); // the circuit opens after two failures
        Assert.Contains("is unavailable at present", _server.LastRequest, StringComparison.Ordinal);
        Assert.Contains("within the next 30 seconds", _server.LastRequest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_guard_the_same_tool_ends_the_turn()
    {
        var tools = new AITool[] { AIFunctionFactory.Create(Break, "search") };

        await Assert.ThrowsAsync<IOException>(() => Client().GetResponseAsync("hi", new ChatOptions { Tools = [.. tools] }).Soon());
    }

    private string Break()
    {
        _calls++;
        throw new IOException("broken");
    }

    private IChatClient Client() => Provider.ClientOf(Provider.OpenAI, _server.Url).AsBuilder()
        .UseFunctionInvocation().UseKairos(_system.Kairos).Build();
}
