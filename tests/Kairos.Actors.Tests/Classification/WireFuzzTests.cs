using System.Globalization;
using System.Text;
using System.Text.Json;
using Kairos.Classification;

namespace Kairos.Tests.Classification;

/// <summary>
/// Bodies of failures and streams of events as nobody wrote them: mutations of valid ones, by a fixed seed. A few thousand in each run, and as
/// many as <c>KAIROS_FUZZ_INPUTS</c> says where it is set (100,000 at night).
/// </summary>
public sealed class WireFuzzTests
{
    private const int Few = 4000;
    private const int Seed = 20260115;

    private static readonly string[] Errors =
    [
        """{"error":{"code":429,"message":"no"}}""",
        """{"error":{"message":"no","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}""",
        """[{"error":{"code":400,"status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"},{"retryDelay":"53s"}]}}]""",
        """{"type":"error","error":{"type":"overloaded_error","message":"no","details":{"error_code":"x"}}}""",
        """{"object":"error","message":"no","type":"NotFoundError","param":null,"code":404}""",
        """{"error":"model runner has unexpectedly stopped"}""",
        """{"id":"c","choices":[{"index":0,"finish_reason":"error","error":{"code":502,"metadata":{"headers":{"Retry-After":"7"}}},"delta":{"content":""}}]}""",
        """{"type":"response.failed","response":{"status":"failed","error":{"code":"rate_limit_exceeded","message":"no"}}}""",
        """{"__type":"ThrottlingException","message":"no"}""",
    ];

    private static readonly string[] Good =
    [
        """{"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""",
        """{"id":"c","choices":[{"index":0,"delta":{"content":"an {\"error\":1} \u00e9\n"},"finish_reason":null}]}""",
        """{"id":"c","choices":[{"index":0,"delta":{"reasoning":"hm"},"finish_reason":null}],"error":null}""",
        """{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"total_tokens":3}}""",
        "[DONE]",
    ];

    private static readonly string[] Tokens =
        ["\"", "{", "}", "[", "]", ":", ",", "\n", "\r\n", "\n\n", "data:", "event: error\n", "null", "\\ud800", "\\u0000", "\uFEFF", "429", "1e999", "-0", "é", "\"error\":", "\0"];

    private static int Inputs => int.TryParse(Environment.GetEnvironmentVariable("KAIROS_FUZZ_INPUTS"), CultureInfo.InvariantCulture, out var inputs) ? inputs : Few;

    [Fact]
    public void No_body_makes_the_classifier_throw_or_an_error_that_does_not_hold_together()
    {
        var random = new Random(Seed);
        for (var i = 0; i < Inputs; i++)
        {
            var body = Mutate(random, Encoding.UTF8.GetBytes(Pick(random, Errors)));
            var status = random.Next(8) switch { 0 => 0, 1 => 200, 2 => random.Next(-1, 1000), _ => random.Next(400, 600) };
            var noise = Encoding.Latin1.GetString(Mutate(random, "Thu, 15 Jan 2026 17:50:30 GMT, 20"u8.ToArray()));
            var facts = ResponseFacts.Of(status, body, random.Next(2) == 0 ? null : _ => noise);
            Assert.True(HoldsTogether(facts), Describe(i, body));
        }
    }

    [Fact]
    public void No_stream_makes_the_reader_throw_and_an_error_event_in_it_is_found()
    {
        var random = new Random(Seed);
        for (var i = 0; i < Inputs; i++)
        {
            var bytes = Mutate(random, Encoding.UTF8.GetBytes(Stream(random, hasError: random.Next(2) == 0)));
            var facts = Read(random, bytes).Error;
            Assert.True(facts is null ? !HasErrorEvent(bytes) : HoldsTogether(facts), Describe(i, bytes));
        }
    }

    [Fact]
    public void However_an_error_event_is_written_and_cut_into_pieces_it_is_no_success()
    {
        var random = new Random(Seed);
        for (var i = 0; i < Inputs; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(Stream(random, hasError: true));
            Assert.True(Read(random, bytes).Error is { } facts && HoldsTogether(facts), Describe(i, bytes));

            var good = Encoding.UTF8.GetBytes(Stream(random, hasError: false));
            Assert.True(Read(random, good).Error is null, Describe(i, good));
        }
    }

    [Fact]
    public void The_oracle_finds_what_it_is_to_find()
    {
        Assert.True(HasErrorEvent("data: {\"error\":{\"code\":1}}\n\n"u8));
        Assert.False(HasErrorEvent("data: {\"error\":null}\n\n"u8));
    }

    private static bool HoldsTogether(ResponseFacts facts)
    {
        var error = ErrorClassifier.Default.Classify(new HttpFailureException(facts), TableCase.On("llm"));
        return Enum.IsDefined(error.Code)
            && error.RetryAfter is null or { Ticks: > 0 and <= TimeSpan.TicksPerDay }
            && (error.Verdict != Verdict.Gate || error.RetryAfter is not null)
            && facts.Reasons.All(said => said.Length is > 0 and <= 64 && said.All(char.IsAscii));
    }

    /// <summary>A second, plain reading: an event of one line whose JSON has an error that is there.</summary>
    private static bool HasErrorEvent(ReadOnlySpan<byte> stream)
    {
        if (stream.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[' or 0xEF, ..]) return false; // not a stream of events any more
        var text = Encoding.UTF8.GetString(stream).ReplaceLineEndings("\n");
        foreach (var block in text.Split("\n\n"))
        {
            if (block.Split('\n') is not [['d', 'a', 't', 'a', ':', .. var data]]) continue;
            try
            {
                using var json = JsonDocument.Parse(data);
                if (json.RootElement.ValueKind == JsonValueKind.Object
                    && json.RootElement.TryGetProperty("error", out var error)
                    && error.ValueKind is JsonValueKind.Object or JsonValueKind.Number) return true;
            }
            catch (Exception fault) when (fault is JsonException or InvalidOperationException)
            {
                // no event that anybody can read
            }
        }

        return false;
    }

    private static AnswerReader Read(Random random, byte[] bytes)
    {
        var reader = new AnswerReader(200, "text/event-stream", null);
        for (var at = 0; at < bytes.Length;)
        {
            var size = Math.Min(bytes.Length - at, 1 + random.Next(random.Next(2) == 0 ? 4 : 400));
            reader.Add(bytes.AsSpan(at, size));
            at += size;
        }

        reader.End();
        return reader;
    }

    private static string Stream(Random random, bool hasError)
    {
        var end = Pick(random, ["\n", "\r\n", "\r"]);
        var stream = new StringBuilder(random.Next(4) == 0 ? "\uFEFF" : "");
        if (random.Next(3) == 0) stream.Append(": PROCESSING").Append(end).Append(end);
        var place = random.Next(4);
        for (var i = 0; i < 4; i++)
        {
            if (i == place && hasError)
            {
                var error = Pick(random, Errors[..^1]);
                Event(stream, random, end, error, random.Next(4) == 0 ? "error" : null, isLast: i == 3 && random.Next(2) == 0);
            }
            else
            {
                Event(stream, random, end, Pick(random, Good), random.Next(4) == 0 ? "message" : null, isLast: false);
            }
        }

        return stream.ToString();
    }

    private static void Event(StringBuilder stream, Random random, string end, string data, string? name, bool isLast)
    {
        if (name is not null) stream.Append("event:").Append(random.Next(2) == 0 ? " " : "").Append(name).Append(end);
        if (random.Next(5) == 0) stream.Append("id: 7").Append(end);
        var cut = random.Next(4) == 0 ? data.IndexOf(',', StringComparison.Ordinal) : -1;
        stream.Append("data:").Append(random.Next(2) == 0 ? " " : "").Append(cut < 0 ? data : $"{data[..cut]},{end}data:{data[(cut + 1)..]}");
        if (!isLast) stream.Append(end).Append(end);
    }

    private static byte[] Mutate(Random random, byte[] bytes)
    {
        var mutated = bytes.ToList();
        for (var times = random.Next(4); times > 0; times--)
        {
            var at = random.Next(mutated.Count + 1);
            switch (random.Next(5))
            {
                case 0 when at < mutated.Count: mutated[at] = (byte)random.Next(256); break;
                case 1: mutated.InsertRange(at, Encoding.UTF8.GetBytes(Pick(random, Tokens))); break;
                case 2: mutated.RemoveRange(at, random.Next(Math.Min(12, mutated.Count - at) + 1)); break;
                case 3: mutated.RemoveRange(at, mutated.Count - at); break;
                default: mutated.InsertRange(at, mutated.Take(random.Next(Math.Min(40, mutated.Count) + 1)).ToArray()); break;
            }
        }

        return [.. mutated];
    }

    private static T Pick<T>(Random random, T[] all) => all[random.Next(all.Length)];

    private static string Describe(int number, byte[] bytes) => $"input {number}: {Convert.ToBase64String(bytes)}";
}
