using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Calls;

/// <summary>The snippet of docs/limits.md, compiled and run.</summary>
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
