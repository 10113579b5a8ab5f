using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using static Kairos.ComponentProtocol;

namespace Kairos.Host.Journal;

/// <summary>Reads one line of a journal: one JSON object, every field known and of its type.</summary>
internal static class JournalParser
{
    private const string Events = "success, error, recovered, health, isolate, reset or end";
    private const string Fields =
        "at, component, event, code, recoverable, message, verdict, retry_after_ms, duration_ms, count, status, trace_id, span_id";

    /// <summary>Reads a line.</summary>
    /// <exception cref="JournalException">It is not one of a journal.</exception>
    public static JournalEvent Parse(ReadOnlySpan<byte> line)
    {
        var fields = new JournalFields();
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 4 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new JournalException("not a JSON object");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!fields.TryTake(ref reader, out var name)) throw new JournalException($"unknown field '{Cut(name!)}'; allowed are {Fields}");
            }

            if (reader.Read()) throw new JournalException("more than one JSON value");
        }
        catch (JsonException exception)
        {
            throw new JournalException($"not JSON, at byte {exception.BytePositionInLine + 1}");
        }
        catch (InvalidOperationException)
        {
            throw new JournalException("a text is not Unicode"); // invalid UTF-8, or half a surrogate pair; found when the text is taken
        }

        return new JournalEvent(fields.At is { } at ? JournalTime.Parse(at) : null, MessageOf(fields));
    }

    private static IComponentMessage? MessageOf(in JournalFields fields)
    {
        var what = fields.Event ?? throw new JournalException($"'event' is missing; allowed is {Events}");
        if (what == "end") return null;
        var component = fields.Component ?? throw new JournalException("'component' is missing");
        if (!ComponentName.IsValid(component))
            throw new JournalException($"'component' is '{ComponentName.Shorten(component)}'; allowed is {ComponentName.Allowed}");
        return what switch
        {
            "success" => new ReportSuccess(component) { Duration = Milliseconds(fields.DurationMs, "duration_ms") },
            "error" => ErrorOf(component, fields),
            "recovered" => new ReportRecovery(component, KindOf(fields), CountOf(fields)),
            "health" => new ReportHealth(component, StatusOf(fields), fields.Message),
            "isolate" => new Isolate(component),
            "reset" => new Reset(component),
            _ => throw new JournalException($"'event' is '{Cut(what)}'; allowed is {Events}"),
        };
    }

    private static ReportError ErrorOf(string component, in JournalFields fields)
    {
        var code = CodeOf(fields);
        var retryAfter = Milliseconds(fields.RetryAfterMs, "retry_after_ms");
        var error = new KairosError(code, fields.Message ?? "")
        {
            Recoverable = fields.Recoverable ?? KairosError.IsUsuallyRecoverable(code),
            RetryAfter = retryAfter,
            Verdict = fields.Verdict is { } verdict ? VerdictOf(verdict) : Verdicts.DefaultFor(code, retryAfter),
        };
        return new ReportError(component, error) { Duration = Milliseconds(fields.DurationMs, "duration_ms"), Trace = TraceOf(fields) };
    }

    private static ErrorKind KindOf(in JournalFields fields)
    {
        var code = CodeOf(fields);
        return new ErrorKind(code, fields.Recoverable ?? KairosError.IsUsuallyRecoverable(code));
    }

    private static ErrorCode CodeOf(in JournalFields fields) =>
        fields.Code is null ? throw new JournalException($"'code' is missing; allowed is {string.Join(", ", ErrorCodeNames.All)}")
        : ErrorCodeNames.TryParse(fields.Code, out var code) ? code
        : throw new JournalException($"'code' is '{Cut(fields.Code)}'; allowed is {string.Join(", ", ErrorCodeNames.All)}");

    private static Verdict VerdictOf(string text) => Verdicts.TryParse(text, out var verdict)
        ? verdict
        : throw new JournalException($"'verdict' is '{Cut(text)}'; allowed is {string.Join(", ", Verdicts.All)}");

    private static ComponentHealth StatusOf(in JournalFields fields) =>
        HealthNames.TryParse(fields.Status, out var status)
            ? status
            : throw new JournalException($"'status' is '{Cut(fields.Status ?? "")}'; allowed is {string.Join(", ", HealthNames.All)}");

    private static long CountOf(in JournalFields fields) => fields.Count switch
    {
        null => 1,
        >= 1 and <= 1_000_000_000 and var count when double.IsInteger(count) => (long)count,
        _ => throw new JournalException($"'count' is {Text(fields.Count.Value)}; allowed is a whole number from 1 to 1000000000"),
    };

    private static TimeSpan? Milliseconds(double? value, string name) => value switch
    {
        null => null,
        >= 0 and <= 31_536_000_000 => TimeSpan.FromMilliseconds(value.Value),
        _ => throw new JournalException($"'{name}' is {Text(value.Value)}; allowed is a number of milliseconds from 0 to 31536000000 (a year)"),
    };

    private static ActivityContext TraceOf(in JournalFields fields)
    {
        if (fields.TraceId is null && fields.SpanId is null) return default;
        return ActivityContext.TryParse($"00-{fields.TraceId}-{fields.SpanId}-01", null, out var context)
            ? context
            : throw new JournalException("'trace_id' and 'span_id' go together: 32 and 16 lower-case hexadecimal digits, not all 0");
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Cut(string text) => text.Length <= 60 ? text : text[..60] + "…";
}

/// <summary>One line of a journal.</summary>
/// <param name="At">When; null for what happens as it is read.</param>
/// <param name="Message">What the component is told; null for the end of the journal.</param>
internal readonly record struct JournalEvent(JournalTime? At, IComponentMessage? Message)
{
    public bool IsEnd => Message is null;
}
