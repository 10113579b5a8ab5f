using System.Globalization;
using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Faults;

namespace Kairos.Extensions.AI.Tests.Agents;

/// <summary>One way in which a model fails in the middle of a turn, and all that comes of it.</summary>
/// <param name="Answer">What the server does; it may move the time.</param>
/// <param name="Sees">What is behind that which the agent sees when it stays so: the type of the exception.</param>
/// <param name="Code">The error's code in the metrics.</param>
/// <param name="Circuit">The circuit, when it stays so.</param>
internal sealed record AgentFault(Func<TimeProvider, Answer> Answer, string Sees, string Code, string Circuit = "closed")
{
    public const string Half = "half an ";

    private const string FromStatus = "ClientResultException";

    public AgentFault(Answer answer, string sees, string code, string circuit = "closed") : this(_ => answer, sees, code, circuit)
    {
    }

    /// <summary>Whether it is worth asking again; then it is asked three times, and once more is enough where it passes.</summary>
    public bool Repeats { get; init; } = true;

    /// <summary>Whether the metrics call it recoverable; like <see cref="Repeats"/>, but where somebody has seen half of the answer already.</summary>
    public bool Recoverable { get; init; } = true;

    /// <summary>What the server asked to wait, in seconds; null leaves it to the back-off.</summary>
    public double? Wait { get; init; }

    /// <summary>What the agent has of the answer before it fails.</summary>
    public string Text { get; init; } = "";

    /// <summary>Whether nothing comes after that, so that the longest gap must pass.</summary>
    public bool StallsMidway { get; init; }

    /// <summary>All that can happen to a whole answer, and to a stream before it begins.</summary>
    public static IReadOnlyDictionary<string, AgentFault> All { get; } = new Dictionary<string, AgentFault>
    {
        ["429 without a retry-after"] = new(Answers.Status(429, Wire.Error("rate_limit_exceeded")), FromStatus, "rate_limit"),
        ["429 with seconds"] = Limited(429, 7, ("Retry-After", "7")),
        ["429 with a date"] = new(time => Status(429, ("Retry-After", time.GetUtcNow().AddSeconds(7).ToString("R", CultureInfo.InvariantCulture))), FromStatus, "rate_limit", "open") { Wait = 7 },
        ["429 with milliseconds"] = Limited(429, 1.5, ("retry-after-ms", "1500")),
        ["429 with Azure's milliseconds"] = Limited(429, 2.5, ("x-ms-retry-after-ms", "2500")),
        ["429 for longer than anybody waits"] = Limited(429, 31, ("Retry-After", "31")) with { Repeats = false },
        ["429 of a used-up quota"] = new(Answers.Status(429, Wire.Error("insufficient_quota")), FromStatus, "rate_limit", "open") { Repeats = false, Recoverable = false },
        ["500"] = new(Answers.Status(500, Wire.Error("server_error")), FromStatus, "llm_error"),
        ["503"] = new(Answers.Status(503, "overloaded"), FromStatus, "llm_error"),
        ["503 with a retry-after"] = Limited(503, 3, ("Retry-After", "3")),
        ["529"] = new(Answers.Status(529, Wire.Error("overloaded_error")), FromStatus, "llm_error"),
        ["529 with a retry-after"] = Limited(529, 4, ("Retry-After", "4")),
        ["401"] = new(Answers.Status(401, Wire.Error("invalid_api_key")), FromStatus, "unauthorized", "open") { Repeats = false, Recoverable = false },
        ["400"] = new(Answers.Status(400, Wire.Error("context_length_exceeded")), FromStatus, "invalid_input") { Repeats = false, Recoverable = false },
        ["a stall before the first byte"] = new(Stalls, nameof(CallTimeoutException), "timeout"),
        ["a reset connection"] = new(Answers.Nothing(Ending.Reset), FromStatus, "llm_error"),
        ["a closed connection"] = new(Answers.Nothing(Ending.Close), FromStatus, "llm_error"),
    };

    /// <summary>What can happen to a whole answer that has begun.</summary>
    public static IReadOnlyDictionary<string, AgentFault> OfAnswers { get; } = new Dictionary<string, AgentFault>
    {
        ["malformed JSON"] = new(Answers.Ok("""{"choices":[{"index":0,"message":{"role":"assistant","content":"hel"""), "JsonReaderException", "llm_error"),
        ["a page of HTML"] = new(Answers.Ok("<html><body>Sign in</body></html>", "text/html"), "JsonReaderException", "llm_error"),
        ["an answer cut off by a reset"] = new(Answers.Partial(200, Wire.Answer[..60], Ending.Reset, ("Content-Type", "application/json")), "IOException", "llm_error"),
        ["an answer cut off by a close"] = new(Answers.Partial(200, Wire.Answer[..60], Ending.Close, ("Content-Type", "application/json")), "HttpIOException", "llm_error"),
        ["a stall in the answer"] = new(time => Stall(time, Wire.Answer[..60], "application/json"), nameof(CallTimeoutException), "timeout"),
    };

    /// <summary>What can happen to a stream that has begun: once half of it was seen, nobody asks again.</summary>
    public static IReadOnlyDictionary<string, AgentFault> OfStreams { get; } = new Dictionary<string, AgentFault>
    {
        ["no end, before any content"] = new(Wire.Truncated(Wire.Begin, Wire.Done), nameof(EndOfStreamException), "llm_error"),
        ["no end, after some content"] = AfterHalf(Wire.Truncated(Wire.Begin, Wire.Text(Half), Wire.Done), nameof(EndOfStreamException)),
        ["malformed JSON before any content"] = new(Wire.Stream(Wire.Begin, """{"id":"c","choices":[{"""), "JsonReaderException", "llm_error"),
        ["malformed JSON after some content"] = AfterHalf(Wire.Stream(Wire.Begin, Wire.Text(Half), """{"id":"c","choices":[{"""), "JsonReaderException"),
        ["a reset before any content"] = new(Wire.Cut(Ending.Reset, Wire.Begin), "IOException", "llm_error"),
        ["a reset after some content"] = AfterHalf(Wire.Cut(Ending.Reset, Wire.Begin, Wire.Text(Half)), "IOException"),
        ["a close after some content"] = AfterHalf(Wire.Cut(Ending.Close, Wire.Begin, Wire.Text(Half)), "HttpIOException"),
        ["a stall before any content"] = new(time => Stall(time, $"data: {Wire.Begin}\n\n", "text/event-stream"), nameof(CallTimeoutException), "timeout"),
        ["a stall after some content"] = AfterHalf(Wire.Cut(Ending.Stall, Wire.Begin, Wire.Text(Half)), nameof(CallTimeoutException)) with { Code = "timeout", StallsMidway = true },
    };

    /// <summary>No answer for as long as an attempt may last.</summary>
    public static Answer Stalls(TimeProvider time) => async exchange =>
    {
        await exchange.ReadRequestAsync();
        ((Microsoft.Extensions.Time.Testing.FakeTimeProvider)time).Advance(AgentTurn.AttemptTimeout);
        await exchange.EndAsync(Ending.Stall);
    };

    /// <summary>The beginning of an answer and no more of it, for as long as an attempt may last.</summary>
    public static Answer Stall(TimeProvider time, string sent, string type) => async exchange =>
    {
        await exchange.ReadRequestAsync();
        await exchange.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: {sent.Length + 1000}\r\n\r\n{sent}");
        ((Microsoft.Extensions.Time.Testing.FakeTimeProvider)time).Advance(AgentTurn.AttemptTimeout);
        await exchange.EndAsync(Ending.Stall);
    };

    private static Answer Status(int status, params (string, string)[] headers) => Answers.Status(status, Wire.Error("rate_limit_exceeded"), headers);

    private static AgentFault Limited(int status, double seconds, (string, string) header) =>
        new(Status(status, header), FromStatus, "rate_limit", "open") { Wait = seconds };

    private static AgentFault AfterHalf(Answer answer, string sees) => new(answer, sees, "llm_error") { Text = Half, Repeats = false };
}
