using Kairos.TestUtilities;
using Kairos.TestUtilities.Collecting;

namespace KairosAgent.Tests.Chat;

[Trait(Parts.Trait, Parts.Real)]
public sealed class FaultTests : IDisposable
{
    private const string NoRetries = "defaults { breaker.consecutive-failures = 2, call.retry.max-attempts = 1 }";

    private readonly ChatFolder _folder = new();

    [Fact]
    public async Task Faults_of_a_tool_are_counted_and_open_its_circuit_and_the_answer_tells_it()
    {
        await using var collector = await OtlpCollector.StartAsync();
        _folder.Write("kairos.conf", $$"""kairos { {{NoRetries}}, faults.tools { error-rate = 1, code = tool_failure } }""");

        var result = await _folder.ChatAsync(ModelSettings.Exporting(collector), "what is 1+1", "what is 2+2", "what is 3+3", "what time is it", "who are you");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["The tool 'calculator' failed.", "The tool 'calculator' failed."], result.OutputLines[..2]);
        Assert.Matches(
            "^The tool 'calculator' is unavailable at present and was not called. Do not call it again within the next (29|30) seconds; go on without it, or say that it is unavailable.$",
            result.OutputLines[2]);
        Assert.Equal("The tool 'clock' failed.", result.OutputLines[3]); // its parent's faults, its own circuit
        var values = MetricValues.Of(collector.Metrics.Accepted[^1].Message);
        Assert.Equal(2, values["kairos.errors.total{component=tools/calculator,error.code=tool_failure,recoverable=false}"]);
        Assert.Equal(1, values["kairos.errors.total{component=tools/clock,error.code=tool_failure,recoverable=false}"]);
        Assert.Equal(0, values["kairos.circuitbreaker.state{component=tools/calculator}"]);
        Assert.Equal(2, values["kairos.circuitbreaker.state{component=tools/clock}"]);
        Assert.DoesNotContain(values.Keys, key => key.StartsWith("kairos.errors.total{component=llm", StringComparison.Ordinal));
        Assert.Single(result.ErrorLines, line => line.EndsWith("Faults on request strike tools and what is beneath it: error-rate 1, code tool_failure", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_that_fails_leaves_prompts_without_answers_and_says_so()
    {
        _folder.Write("kairos.conf", $$"""kairos { {{NoRetries}}, faults.llm { error-rate = 1, code = timeout } }""");

        var result = await _folder.ChatAsync("what is 1+1", "what is 1+1", "what is 1+1");

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("prompt 1 has no answer: llm failed with timeout\n", result.Errors, StringComparison.Ordinal);
        Assert.Contains("llm circuit closed -> open", result.Errors, StringComparison.Ordinal);
        Assert.Matches("prompt 3 has no answer: llm is not called at present; try again in (29|30)s\n", result.Errors);
        Assert.EndsWith("\nanswered 0 prompts, 3 failed\n", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_faults_are_told_and_nothing_starts()
    {
        _folder.Write("kairos.conf", "kairos { faults.llm.eror-rate = 1, defaults.breaker.window = 5 }");

        var result = await _folder.ChatAsync("hello");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("kairos.faults.llm.eror-rate: unknown key; the nearest known one is kairos.faults.llm.error-rate", result.Errors, StringComparison.Ordinal);
        Assert.Contains("kairos.defaults.breaker.window = '5'", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_seed_the_same_calls_fail_each_time()
    {
        _folder.Write("kairos.conf", """
            kairos {
              defaults { breaker { consecutive-failures = 1000 }, call.retry.max-attempts = 1 }
              faults { seed = 7, "tools/calculator" { error-rate = 0.5, latency = 1ms..2ms } }
            }
            """);
        var prompts = Enumerable.Repeat("what is 1+1", 30).ToArray();

        var first = await _folder.ChatAsync(prompts);
        var second = await _folder.ChatAsync(prompts);

        var failed = first.OutputLines.Count(line => line == "The tool 'calculator' failed.");
        Assert.InRange(failed, 5, 25);
        Assert.Equal(30 - failed, first.OutputLines.Count(line => line == "1+1 = 2"));
        Assert.Equal(first.Output, second.Output);
    }

    [Fact]
    public async Task Retries_make_good_what_fails_now_and_then()
    {
        await using var collector = await OtlpCollector.StartAsync();
        _folder.Write("kairos.conf", """
            kairos {
              defaults { breaker.consecutive-failures = 1000, call.retry { max-attempts = 10, initial-delay = 1ms, max-delay = 2ms } }
              faults { seed = 1, memory { error-rate = 0.5 } }
            }
            """);

        var result = await _folder.ChatAsync(ModelSettings.Exporting(collector), [.. Enumerable.Range(0, 10).Select(number => $"remember that {number} is a number")]);

        Assert.Equal([.. Enumerable.Range(0, 10).Select(number => $"Remembered: {number} is a number")], result.OutputLines);
        var values = MetricValues.Of(collector.Metrics.Accepted[^1].Message);
        var errors = values["kairos.errors.total{component=memory,error.code=memory_error,recoverable=true}"];
        Assert.InRange(errors, 1, 100);
        Assert.Equal(errors, values["kairos.errors.recovered{component=memory,error.code=memory_error,recoverable=true}"]);
    }

    public void Dispose() => _folder.Dispose();
}
