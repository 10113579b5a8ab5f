using System.Globalization;
using Kairos.Tests.Faults;

namespace Kairos.Tests.Classification;

/// <summary>Rate limits and used-up quotas.</summary>
internal static class LimitCases
{
    private const string RateLimitBody = """{"error":{"message":"Rate limit reached","type":"requests","code":"rate_limit_exceeded"}}""";

    public static Dictionary<string, TableCase> All { get; } = new()
    {
        ["429, retry-after in seconds"] = Gate(429, "Retry-After", "20", 20_000),
        ["429, retry-after with a fraction"] = Gate(429, "retry-after", "1.25", 1_250),
        ["429, retry-after-ms"] = Gate(429, "Retry-After-Ms", "1500", 1_500),
        ["429, x-ms-retry-after-ms"] = Gate(429, "x-ms-retry-after-ms", "2500", 2_500),
        ["429, retry-after with a date"] =
            Gate(429, "Retry-After", TableCase.Now.AddSeconds(90).ToString("R", CultureInfo.InvariantCulture), 90_000),
        ["429, retry-after with a date that has passed"] =
            Counted(Answers.Status(429, RateLimitBody, ("Retry-After", TableCase.Now.AddHours(-1).ToString("R", CultureInfo.InvariantCulture)))),
        ["429, retry-after of nothing"] = Counted(Answers.Status(429, RateLimitBody, ("Retry-After", "0"))),
        ["429, milliseconds of nothing beside seconds"] = Gate(Answers.Status(429, RateLimitBody, ("retry-after-ms", "0"), ("Retry-After", "20")), 20_000),
        ["429, retry-after twice"] = Gate(Answers.Status(429, RateLimitBody, ("Retry-After", "3"), ("Retry-After", "8")), 8_000),
        ["429, a date read against the answer's own"] = Gate(
            Answers.Status(429, RateLimitBody, ("Date", "Sat, 01 Jan 2000 00:00:00 GMT"), ("Retry-After", "Sat, 01 Jan 2000 00:00:20 GMT")), 20_000),
        ["429, a wait in the body"] = Gate(
            Answers.Status(429, """{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"@type":"x.RetryInfo","retryDelay":"53s"}]}}"""), 53_000),
        ["429, a wait in the body that a header gainsays"] = Gate(
            Answers.Status(429, """{"error":{"details":[{"retryDelay":"53s"}]}}""", ("Retry-After", "9")), 9_000),
        ["429, the requests are used up"] = Gate(Answers.Status(
            429, RateLimitBody, ("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "1s"), ("x-ratelimit-remaining-tokens", "7"), ("x-ratelimit-reset-tokens", "6m0s")), 1_000),
        ["429, the tokens are used up"] = Gate(Answers.Status(
            429, RateLimitBody, ("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "6m0s")), 360_000),
        ["429, a reset of milliseconds"] = Gate(Answers.Status(429, RateLimitBody, ("x-ratelimit-reset-requests", "250ms")), 250),
        ["429, resets while something remains"] = Counted(Answers.Status(
            429, RateLimitBody, ("x-ratelimit-remaining-requests", "3"), ("x-ratelimit-reset-requests", "1s"))),
        ["429, Anthropic's time of a reset"] = Gate(Answers.Status(
            429, RateLimitBody, ("anthropic-ratelimit-input-tokens-remaining", "0"), ("anthropic-ratelimit-input-tokens-reset", TableCase.Now.AddSeconds(42).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture))), 42_000),
        ["429, Anthropic's time of a reset that has passed"] = Counted(Answers.Status(
            429, RateLimitBody, ("anthropic-ratelimit-requests-remaining", "0"), ("anthropic-ratelimit-requests-reset", "2020-01-01T00:00:00Z"))),
        ["429, the headers of a provider behind a proxy, in the body"] = Gate(Answers.Status(
            429, """{"error":{"code":429,"metadata":{"headers":{"X-RateLimit-Remaining":"0","X-RateLimit-Reset":"1768499352000"}}}}"""), 12_000),
        ["400, AWS's word in a header"] = Counted(Answers.Status(400, "{}", ("x-amzn-errortype", "ThrottlingException:http://aws"))),
        ["429, retry-after of a year"] = Gate(429, "Retry-After", "31536000", 86_400_000),
        ["529, retry-after"] = Gate(529, "Retry-After", "5", 5_000),
        ["503, retry-after"] = Gate(503, "Retry-After", "5", 5_000),
        ["503, retry-after, of a tool"] = Gate(503, "Retry-After", "5", 5_000) with { Context = TableCase.On("tools/search") },
        ["429 without a retry-after"] = Counted(Answers.Status(429, RateLimitBody)),
        ["429, retry-after that cannot be read"] = Counted(Answers.Status(429, RateLimitBody, ("Retry-After", "soon"))),
        ["429, checked without its headers"] = Counted(Answers.Status(429, RateLimitBody, ("Retry-After", "20"))) with
        {
            Call = (client, server) => PlainModel.AskCarelesslyAsync(client, server.Url),
        },
        ["429, its body broken off"] = Gate(Answers.Partial(429, """{"error":{"co""", Ending.Close, ("Retry-After", "3")), 3_000),
        ["429, its body reset"] = Gate(Answers.Partial(429, """{"error":{"co""", Ending.Reset, ("Retry-After", "3")), 3_000),
        ["429 as a page of HTML"] = Gate(Answers.Status(429, "<html>Too many requests</html>", ("Retry-After", "3")), 3_000),
        ["rate limit as an event of a stream"] =
            Counted(Answers.Ok("data: {\"text\":\"He\"}\n\ndata: {\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\"}}\n\n")) with
            {
                Call = (client, server) => PlainModel.StreamAsync(client, server.Url),
            },
        ["402"] = Quota(Answers.Status(402)),
        ["402, retry-after"] = Quota(Answers.Status(402, "", ("Retry-After", "5"))) with { RetryAfter = TimeSpan.FromSeconds(5) },
        ["429 insufficient_quota"] =
            Quota(Answers.Status(429, """{"error":{"message":"…","type":"insufficient_quota","code":"insufficient_quota"}}""")),
        ["429 insufficient_quota, retry-after"] =
            Quota(Answers.Status(429, """{"error":{"type":"insufficient_quota","code":null}}""", ("Retry-After", "5"))) with
            {
                RetryAfter = TimeSpan.FromSeconds(5),
            },
        ["429, a spend limit of the project"] =
            Quota(Answers.Status(429, """{"error":{"type":"insufficient_quota","code":"project_spend_limit_exceeded"}}""")),
        ["429, a spend limit within a rate limit's details"] = Quota(Answers.Status(
            429, """{"type":"error","error":{"type":"rate_limit_error","details":{"error_code":"enforced_spend_limit_reached"}}}""")),
        ["429, the balance is used up"] = Quota(Answers.Status(429, """{"error":{"type":"exceeded_current_quota_error"}}""")),
        ["400, the account is in arrears"] = Quota(Answers.Status(400, """{"code":"Arrearage","message":"Access denied"}""")),
        ["quota as an event of a stream"] = Quota(Answers.Ok("data: {\"error\":{\"code\":\"insufficient_quota\"}}\n\n")) with
        {
            Call = (client, server) => PlainModel.StreamAsync(client, server.Url),
        },
    };

    private static TableCase Gate(int status, string header, string value, int milliseconds) =>
        Gate(Answers.Status(status, RateLimitBody, (header, value)), milliseconds);

    private static TableCase Gate(Answer answer, int milliseconds) =>
        new(Rows.RateLimit, answer, ErrorCode.RateLimit, true, Verdict.Gate) { RetryAfter = TimeSpan.FromMilliseconds(milliseconds) };

    private static TableCase Counted(Answer answer) => new(Rows.RateLimit, answer, ErrorCode.RateLimit, true, Verdict.Count);

    private static TableCase Quota(Answer answer) => new(Rows.Quota, answer, ErrorCode.RateLimit, false, Verdict.Trip);
}
