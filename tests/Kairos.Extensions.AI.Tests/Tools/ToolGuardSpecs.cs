using Kairos.Tests.Calls;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI.Tests.Tools;

/// <summary>Tools that are methods, under a guard.</summary>
public sealed class ToolGuardSpecs : IAsyncLifetime
{
    private const string Component = "tools/search";
    private readonly ObservedTimeProvider _time = new();
    private AgentSystem _system = null!;
    private int _calls;

    public async Task InitializeAsync() => _system = await AgentSystem.StartAsync(_time, AgentSystem.Retries, "tools", Component);

    public async Task DisposeAsync() => await _system.DisposeAsync();

    [Fact]
    public async Task A_result_goes_through_unchanged()
    {
        var tool = AIFunctionFactory.Create((string query) => $"found {query}", "search").WithKairos(_system.Kairos);

        var result = await tool.InvokeAsync(new AIFunctionArguments { ["query"] = "it" });

        Assert.Equal("found it", result?.ToString());
        Assert.Empty(await _system.ErrorsAsync(Component));
    }

    [Fact]
    public async Task A_tool_that_says_nothing_is_not_repeated()
    {
        var tool = AIFunctionFactory.Create(Break, "search").WithKairos(_system.Kairos);

        await Assert.ThrowsAsync<IOException>(() => tool.InvokeAsync().AsTask().Soon());

        Assert.Equal((1, 0), (_calls, _time.Pending("Delay")));
        var error = Assert.Single(await _system.ErrorsAsync(Component));
        Assert.Equal((ErrorCode.ToolFailure, false), (error.Code, error.Recoverable));
    }

    public static TheoryData<string> WaysToSayIt => ["attribute", "property", "options", "attribute, wrapped"];

    [Theory]
    [MemberData(nameof(WaysToSayIt))]
    public async Task One_that_may_be_called_twice_is_and_its_error_recovers(string way)
    {
        var tool = way switch
        {
            "attribute" => AIFunctionFactory.Create([Idempotent] () => BreakOnce(), "search").WithKairos(_system.Kairos),
            "attribute, wrapped" => new Wrapped(AIFunctionFactory.Create([Idempotent] () => BreakOnce(), "search")).WithKairos(_system.Kairos),
            "property" => AIFunctionFactory.Create(BreakOnce, new AIFunctionFactoryOptions
            {
                Name = "search",
                AdditionalProperties = new Dictionary<string, object?> { [ToolGuardOptions.IdempotentProperty] = true },
            }).WithKairos(_system.Kairos),
            _ => AIFunctionFactory.Create(BreakOnce, "search")
                .WithKairos(_system.Kairos, new ToolGuardOptions { IsIdempotent = function => function.Name == "search" }),
        };

        var calling = tool.InvokeAsync().AsTask();
        _time.Advance(await _time.NextDelayAsync());

        Assert.Equal("found", (await calling.Soon())?.ToString());
        Assert.Equal([(Component, ErrorCode.ToolFailure, 1L)], await _system.RecoveriesAsync());
    }

    [Fact]
    public async Task The_options_can_forbid_what_a_tool_allows()
    {
        var tool = AIFunctionFactory.Create([Idempotent] () => Break(), "search")
            .WithKairos(_system.Kairos, new ToolGuardOptions { IsIdempotent = _ => false });

        await Assert.ThrowsAsync<IOException>(() => tool.InvokeAsync().AsTask().Soon());

        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task An_open_circuit_is_told_in_a_sentence_that_says_when_to_come_back()
    {
        var tool = AIFunctionFactory.Create(Break, "search").WithKairos(_system.Kairos);
        for (var i = 0; i < 2; i++) await Assert.ThrowsAsync<IOException>(() => tool.InvokeAsync().AsTask().Soon());
        _time.Advance(TimeSpan.FromSeconds(10.5));

        var told = await tool.InvokeAsync().AsTask().Soon();

        Assert.Equal(
            "The tool 'search' is unavailable at present and was not called. Do not call it again within the next 20 seconds; "
            + "go on without it, or say that it is unavailable.",
            told);
        Assert.Equal(2, _calls);
    }

    [Fact]
    public async Task Other_reasons_have_their_own_sentence_and_an_application_its_own_words()
    {
        var words = new ToolGuardOptions { WhenUnavailable = what => $"{what.Tool}: {what.Reason}, {what.RetryAfter}" };
        var plain = AIFunctionFactory.Create(Break, "search").WithKairos(_system.Kairos);
        var own = AIFunctionFactory.Create(Break, "search").WithKairos(_system.Kairos, words);
        _system.Kairos[Component].Isolate();
        await _system.SettleAsync();

        Assert.EndsWith("was not called. Go on without it, or say that it is unavailable.", (await plain.InvokeAsync())?.ToString());
        Assert.Equal("search: CircuitOpen, ", await own.InvokeAsync());
        Assert.Contains("used up", new ToolUnavailable("t", RejectionReason.BudgetExhausted, null).ToString(), StringComparison.Ordinal);
        Assert.Contains("busy", new ToolUnavailable("t", RejectionReason.ConcurrencyLimit, null).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_cancels_gets_an_exception_and_no_sentence()
    {
        using var cancelled = new CancellationTokenSource();
        var tool = AIFunctionFactory.Create(
            async (CancellationToken token) => { await cancelled.CancelAsync(); token.ThrowIfCancellationRequested(); }, "search").WithKairos(_system.Kairos);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tool.InvokeAsync(cancellationToken: cancelled.Token).AsTask().Soon());

        Assert.Empty(await _system.ErrorsAsync(Component));
    }

    private string Break()
    {
        _calls++;
        throw new IOException("broken");
    }

    private string BreakOnce() => ++_calls > 1 ? "found" : throw new IOException("broken");

    private sealed class Wrapped(AIFunction inner) : DelegatingAIFunction(inner);
}
