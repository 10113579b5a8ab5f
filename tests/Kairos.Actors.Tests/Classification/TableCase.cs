using Kairos.Tests.Faults;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Classification;

/// <summary>A failure as it really happens, the row of the table that it belongs to, and what it must be taken for.</summary>
public sealed record TableCase(string Row, Answer Answer, ErrorCode Code, bool Recoverable, Verdict Verdict)
{
    public static readonly DateTimeOffset Now = new(2026, 1, 15, 17, 49, 0, TimeSpan.Zero);

    public Func<HttpClient, MisbehavingServer, Task> Call { get; init; } = (client, server) => PlainModel.AskAsync(client, server.Url);

    public ClassificationContext Context { get; init; } = On("llm");

    public ErrorClassifier Classifier { get; init; } = ErrorClassifier.Default;

    public TimeSpan? RetryAfter { get; init; }

    public static ClassificationContext On(string component) => new(component) { Time = new FakeTimeProvider(Now) };
}

/// <summary>The rows of the table of failures, as it names them.</summary>
public static class Rows
{
    public const string RateLimit = "429 with a rate limit; 529/503 overloaded with retry-after";
    public const string Quota = "429 insufficient_quota and its kin, 402";
    public const string Failing = "500, 502, 503, connection refused/reset, DNS, malformed answer, stream without an end";
    public const string Timeout = "408, 504, our own deadline";
    public const string Unauthorized = "401, 403";
    public const string NotFound = "404 (model, deployment)";
    public const string InvalidInput = "400, 413, 422, content filter, context too long, bad tool arguments";
    public const string ToolThrows = "tool throws";
    public const string Sqlite = "SQLite busy/locked · broken storage";
    public const string Bug = "programming errors";
    public const string CircuitOpen = "circuit open";

    /// <summary>All but "the caller cancelled": a guard sees that at the caller's token and asks no classifier.</summary>
    public static readonly IReadOnlyList<string> All =
        [RateLimit, Quota, Failing, Timeout, Unauthorized, NotFound, InvalidInput, ToolThrows, Sqlite, Bug, CircuitOpen];
}
