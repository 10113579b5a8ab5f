using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Extensions.AI.Tests.Http;

/// <summary>How long real SDKs' servers ask to wait, wherever they say it, and what becomes of the circuit.</summary>
public sealed class RetryAfterSpecs
{
    private static readonly DateTimeOffset Now = new(2026, 1, 15, 17, 49, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, (Answer Answer, double? Seconds)> Cases = new()
    {
        ["nothing"] = (Limited(), null),
        ["zero"] = (Limited(("Retry-After", "0")), null),
        ["zero milliseconds"] = (Limited(("retry-after-ms", "0")), null),
        ["a date that has passed"] = (Limited(("Retry-After", "Thu, 15 Jan 2026 17:48:00 GMT")), null),
        ["zero milliseconds beside seconds"] = (Limited(("retry-after-ms", "0"), ("Retry-After", "20")), 20),
        ["twice"] = (Limited(("Retry-After", "3"), ("Retry-After", "8")), 8),
        ["a list"] = (Limited(("Retry-After", "3, 8")), 8),
        ["a date, by the server's own clock"] = (Limited(("Date", "Sat, 01 Jan 2000 00:00:00 GMT"), ("Retry-After", "Sat, 01 Jan 2000 00:00:20 GMT")), 20),
        ["Gemini's delay in the body"] = (Answers.Status(429, """[{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"53s"}]}}]"""), 53),
        ["requests used up"] = (Limited(("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "1s")), 1),
        ["tokens used up"] = (Limited(("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "6m0s")), 360),
        ["a reset of milliseconds"] = (Limited(("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "250ms")), 0.25),
        ["a reset that is not the limit"] = (Limited(("x-ratelimit-remaining-requests", "9"), ("x-ratelimit-reset-requests", "6m0s")), null),
        ["Anthropic's time"] = (Limited(("anthropic-ratelimit-requests-remaining", "0"), ("anthropic-ratelimit-requests-reset", "2026-01-15T17:49:42Z")), 42),
        ["a header before the body"] = (Answers.Status(429, """{"error":{"code":429,"details":[{"retryDelay":"53s"}]}}""", ("Retry-After", "9")), 9),
    };

    public static TheoryData<string, string> All
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var provider in new[] { Provider.OpenAI, Provider.Responses, Provider.Anthropic, Provider.Ollama })
            {
                foreach (var name in Cases.Keys) all.Add(provider, name);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_wait_is_read_wherever_it_is_told_and_nothing_asks_for_nothing(string provider, string name)
    {
        var (answer, seconds) = Cases[name];
        await using var server = MisbehavingServer.Start(answer);
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider(Now));
        using var client = Provider.ClientOf(provider, server.Url).AsBuilder().UseKairos(system.Kairos).Build();

        var failed = Assert.IsType<ModelFailedException>(await Expect.FailureAsync(() => client.GetResponseAsync("hi")));

        TimeSpan? wait = seconds is { } told ? TimeSpan.FromSeconds(told) : null;
        Assert.Equal((ErrorCode.RateLimit, 429, wait), (failed.Code, failed.Status, failed.RetryAfter));
        var error = Assert.Single(await system.ErrorsAsync());
        Assert.Equal((wait is null ? Verdict.Count : Verdict.Gate, wait), (error.Verdict, error.RetryAfter));
        Assert.Equal(wait is null ? CircuitStatus.Closed : CircuitStatus.Open, system.Snapshot().Circuit);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0")]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT")]
    public async Task One_of_nine_calls_that_is_refused_without_a_wait_leaves_the_others_alone(string? retryAfter)
    {
        var requests = 0;
        var refused = retryAfter is null ? Limited() : Limited(("Retry-After", retryAfter));
        await using var server = MisbehavingServer.Start(exchange => (Interlocked.Increment(ref requests) == 1 ? refused : Answers.Ok(Wire.Answer))(exchange));
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider(Now));
        using var client = Provider.ClientOf(Provider.OpenAI, server.Url).AsBuilder().UseKairos(system.Kairos).Build();

        var calls = Enumerable.Range(0, 9).Select(_ => Record.ExceptionAsync(() => client.GetResponseAsync("hi"))).ToList();
        var thrown = await Task.WhenAll(calls).Soon();
        thrown = [.. thrown, await Record.ExceptionAsync(() => client.GetResponseAsync("hi"))];

        Assert.Equal(ErrorCode.RateLimit, Assert.IsType<ModelFailedException>(Assert.Single(thrown, exception => exception is not null)).Code);
        Assert.Equal((10, CircuitStatus.Closed), (server.Requests, system.Snapshot().Circuit));
    }

    private static Answer Limited(params (string, string)[] headers) => Answers.Status(429, Wire.Error("rate_limit_exceeded"), headers);
}
