using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Faults;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Collecting;

namespace KairosAgent.Tests.Chat;

/// <summary>One prompt to a model that misbehaves, by OpenAI's own SDK: what a person, a script and an operator see of it.</summary>
[Trait(Parts.Trait, Parts.Real)]
public sealed class ModelFaultTests : IDisposable
{
    private const int Open = 0, Closed = 2;

    // Two attempts; two failures in a row open the circuit. The time limits are the agent's own, but where a case is about them.
    private const string Settings = "kairos.components.llm { breaker.consecutive-failures = 2, call.retry { max-attempts = 2, initial-delay = 10ms, budget = 0 } }";

    private static readonly Dictionary<string, Case> Cases = new()
    {
        ["429 without a retry-after"] = Case.Refused(429, "rate_limit_exceeded", "rate_limit", 2, Open),
        ["429 with a retry-after"] = Case.Refused(429, "rate_limit_exceeded", "rate_limit", 2, Open, "Retry-After", "1") with { Told = "rate_limit; try again in 1s" },
        ["429 of a used-up quota"] = Case.Refused(429, "insufficient_quota", "rate_limit", 1, Open) with { Recoverable = false },
        ["401"] = Case.Refused(401, "invalid_api_key", "unauthorized", 1, Open) with { Recoverable = false },
        ["500"] = Case.Refused(500, "server_error", "llm_error", 2, Open),
        ["503"] = Case.Refused(503, "server_error", "llm_error", 2, Open),
        ["529"] = Case.Refused(529, "overloaded_error", "llm_error", 2, Open),
        ["a stall before the first byte"] = new Case(Answers.Nothing(Ending.Stall), "timeout", 2, Open) { Limit = "attempt-timeout = 3s" },
        ["a stall in mid-stream"] = new Case(Wire.Cut(Ending.Stall, Wire.Begin, Wire.Hello), "timeout", 1, Closed) { Output = "hello\n", Limit = "stream.max-gap = 500ms" },
        ["a truncated stream"] = new Case(Wire.Truncated(Wire.Begin, Wire.Hello), "llm_error", 1, Closed) { Output = "hello\n" },
        ["a reset in mid-stream"] = new Case(Wire.Cut(Ending.Reset, Wire.Begin, Wire.Hello), "llm_error", 1, Closed) { Output = null },
        ["malformed JSON"] = new Case(Wire.Stream("{\"choices\":[{", Wire.Done), "llm_error", 2, Open),
        ["a reset"] = new Case(Answers.Nothing(Ending.Reset), "llm_error", 2, Open),
    };

    private readonly ChatFolder _folder = new();

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Is_told_counted_and_heeded(string name)
    {
        var expected = Cases[name];
        await using var collector = await OtlpCollector.StartAsync();
        await using var server = MisbehavingServer.Start(expected.Answer);
        _folder.Write("kairos.conf", $"{Settings}\nkairos.components.llm.call {{ {expected.Limit} }}");

        var result = await _folder.ChatAsync([.. ModelSettings.Of(server.Url), .. ModelSettings.Exporting(collector)], "hello");

        Assert.Equal((1, expected.Requests), (result.ExitCode, server.Requests));
        if (expected.Output is not null) Assert.Equal(expected.Output, result.Output);
        Assert.Contains($"prompt 1 has no answer: llm failed with {expected.Told}\n", result.Errors, StringComparison.Ordinal);
        Assert.EndsWith("\nanswered 0 prompts, 1 failed\n", result.Errors, StringComparison.Ordinal);
        var values = MetricValues.Of(collector.Metrics.Accepted[^1].Message);
        var kind = $"error.code={expected.Code},recoverable={(expected.Recoverable ? "true" : "false")}";
        var errors = values.Where(value => value.Key.StartsWith("kairos.errors.total", StringComparison.Ordinal)).OrderBy(value => value.Key, StringComparer.Ordinal);
        Assert.Equal(
            [($"kairos.errors.total{{component=llm,{kind}}}", (double)expected.Requests)], // told once, where it happened
            errors.Select(value => (value.Key, value.Value)));
        Assert.Equal((Closed, expected.Circuit), (values["kairos.circuitbreaker.state{component=agent}"], values["kairos.circuitbreaker.state{component=llm}"]));
        Assert.DoesNotContain(ModelSettings.Key, result.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>One way to misbehave, and what is to be seen of it.</summary>
    /// <param name="Answer">What the server does, each time.</param>
    /// <param name="Code">What is counted, once for each request.</param>
    /// <param name="Requests">How many requests reach the server.</param>
    /// <param name="Circuit">The circuit's state at the end.</param>
    private sealed record Case(Answer Answer, string Code, int Requests, int Circuit)
    {
        /// <summary>What is on standard output; null where that depends on how fast the reset arrives.</summary>
        public string? Output { get; init; } = "";

        /// <summary>The time limit that it runs into.</summary>
        public string Limit { get; init; } = "";

        public bool Recoverable { get; init; } = true;

        public string Told
        {
            get => field ?? Code;
            init;
        }

        public static Case Refused(int status, string reason, string code, int requests, int circuit, string header = "X-None", string value = "none") => new(
            Answers.Status(status, Wire.Error(reason).Replace("no\"", $"not for {ModelSettings.Key}\"", StringComparison.Ordinal), ("Content-Type", "application/json"), (header, value)),
            code,
            requests,
            circuit);
    }
}
