using Kairos.Tests.Faults;

namespace Kairos.Extensions.AI.Tests.Providers;

/// <summary>One way to misbehave, and what it must be taken for.</summary>
public sealed record Misbehaviour(Answer Answer, ErrorCode Code, bool Recoverable, Verdict Verdict, double? RetryAfter = null)
{
    /// <summary>All of them, by name.</summary>
    public static IReadOnlyDictionary<string, Misbehaviour> All { get; } = new Dictionary<string, Misbehaviour>
    {
        ["429 without a retry-after"] = new(Answers.Status(429, Wire.Error("rate_limit_exceeded")), ErrorCode.RateLimit, true, Verdict.Count),
        ["429 with seconds"] = Limited(429, ("Retry-After", "7"), 7),
        ["429 with milliseconds"] = Limited(429, ("retry-after-ms", "1500"), 1.5),
        ["429 with Azure's milliseconds"] = Limited(429, ("x-ms-retry-after-ms", "2500"), 2.5),
        ["503 with a retry-after"] = Limited(503, ("Retry-After", "3"), 3),
        ["529 with a retry-after"] = Limited(529, ("Retry-After", "4"), 4),
        ["429 of a used-up quota"] = new(Answers.Status(429, Wire.Error("insufficient_quota")), ErrorCode.RateLimit, false, Verdict.Trip),
        ["402"] = new(Answers.Status(402, Wire.Error("billing_error")), ErrorCode.RateLimit, false, Verdict.Trip),
        ["500"] = Broken(Answers.Status(500, Wire.Error("server_error"))),
        ["503"] = Broken(Answers.Status(503, "overloaded")),
        ["504"] = new(Answers.Status(504), ErrorCode.Timeout, true, Verdict.Count),
        ["401"] = new(Answers.Status(401, Wire.Error("invalid_api_key")), ErrorCode.Unauthorized, false, Verdict.Trip),
        ["404"] = new(Answers.Status(404, Wire.Error("model_not_found")), ErrorCode.NotFound, false, Verdict.Trip),
        ["400"] = new(Answers.Status(400, Wire.Error("context_length_exceeded")), ErrorCode.InvalidInput, false, Verdict.Ignore),
        ["a page of HTML"] = Broken(Answers.Ok("<html><body>Sign in</body></html>", "text/html")),
        ["an empty 200"] = Broken(Answers.Ok("")),
        ["half an answer"] = Broken(Answers.Partial(200, Wire.Answer[..60], Ending.Reset, ("Content-Type", "application/json"))),
        ["a reset connection"] = Broken(Answers.Nothing(Ending.Reset)),
        ["a closed connection"] = Broken(Answers.Nothing(Ending.Close)),
    };

    /// <summary>Each of them for a whole answer and for a stream.</summary>
    public static TheoryData<string, bool> WholeAndStreamed(IEnumerable<string> names)
    {
        var cases = new TheoryData<string, bool>();
        foreach (var name in names)
        {
            cases.Add(name, false);
            cases.Add(name, true);
        }

        return cases;
    }

    /// <summary>That an error is what this must be taken for.</summary>
    public void AssertIs(KairosError error)
    {
        TimeSpan? retryAfter = RetryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        Assert.Equal((Code, Recoverable, Verdict, retryAfter), (error.Code, error.Recoverable, error.Verdict, error.RetryAfter));
    }

    private static Misbehaviour Limited(int status, (string, string) header, double seconds) =>
        new(Answers.Status(status, Wire.Error("rate_limit_exceeded"), header), ErrorCode.RateLimit, true, Verdict.Gate, seconds);

    private static Misbehaviour Broken(Answer answer) => new(answer, ErrorCode.LlmError, true, Verdict.Count);
}
