using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Calls;

/// <summary>The snippets of docs/limits.md, compiled and run.</summary>
public sealed class RateSnippetSpecs
{
    [Fact]
    public async Task A_call_tells_what_it_used()
    {
        var time = new FakeTimeProvider();
        await using var system = await GuardedSystem.StartAsync(time, c => c with { Call = c.Call with { Rate = new RatePolicy { Tokens = 60_000 } } });

        Assert.Equal("a summary", await SummarizeAsync(system, "a text", CancellationToken.None));

        var next = system.Llm.ExecuteAsync(Act.Succeed, 1).AsTask(); // 1000 are saved up in a second, and 1500 were used
        Assert.False(next.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await next.Soon());
    }

    [Fact]
    public async Task A_turn_stops_in_good_order_when_little_is_left()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());
        var steps = 0;

        await TurnAsync(
            async token =>
            {
                var usage = new CallUsage(0);
                var options = new GuardedCallOptions { Usage = usage };
                await system.Llm.ExecuteAsync((_, _) => new ValueTask<long?>(usage.Output = 9_900), 0, options, token);
                return ++steps < 100;
            },
            CancellationToken.None);

        Assert.Equal(5, steps); // 500 are left
    }

    private static async Task TurnAsync(Func<CancellationToken, Task<bool>> StepAsync, CancellationToken cancellationToken)
    {
        // snippet: budget
        using var turn = CallBudget.Begin(new CallLimits
        {
            Attempts = 20,
            Time = TimeSpan.FromMinutes(2),
            OutputTokens = 50_000,
            Cost = 0.50m, // in the currency of kairos.prices
        });
        while (turn.OutputTokensLeft > 1000 && await StepAsync(cancellationToken))
        {
        }
        // end
    }

    private static async Task<string> SummarizeAsync(GuardedSystem system, string prompt, CancellationToken cancellationToken)
    {
        var kairos = system.Kairos;

        // snippet: rate
        var usage = new CallUsage(estimated: 1200);
        var report = new GuardedCallOptions { Operation = "report", Priority = CallPriority.Batch, Usage = usage };
        var text = await kairos["llm"].ExecuteAsync(
            async (prompt, token) =>
            {
                var answer = await SummarizeAsync(prompt, token);
                (usage.Input, usage.Output) = (answer.InputTokens, answer.OutputTokens);
                return answer.Text;
            },
            prompt,
            report,
            cancellationToken);
        // end

        return text;
    }

    private static Task<Answer> SummarizeAsync(string prompt, CancellationToken cancellationToken) => Task.FromResult(new Answer("a summary", 1300, 200));

    private sealed record Answer(string Text, int InputTokens, int OutputTokens);
}
