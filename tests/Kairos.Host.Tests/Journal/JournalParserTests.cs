using System.Text;
using Kairos.Host.Journal;
using static Kairos.ComponentProtocol;

namespace Kairos.Host.Tests.Journal;

public sealed class JournalParserTests
{
    [Fact]
    public void An_error_has_everything_that_the_line_says()
    {
        var parsed = Parse(
            """
            {"at":"+1.5s","component":"tools/search","event":"error","code":"timeout","recoverable":false,"message":"no answer","verdict":"trip",
             "retry_after_ms":2000,"duration_ms":812.5,"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7"}
            """);

        var report = Assert.IsType<ReportError>(parsed.Message);
        Assert.Equal(TimeSpan.FromSeconds(1.5), parsed.At!.Value.Offset);
        Assert.Equal("tools/search", report.Component);
        Assert.Equal((ErrorCode.Timeout, false, "no answer"), (report.Error.Code, report.Error.Recoverable, report.Error.Message));
        Assert.Equal((Verdict.Trip, TimeSpan.FromSeconds(2)), (report.Error.Verdict, report.Error.RetryAfter!.Value));
        Assert.Equal(TimeSpan.FromMilliseconds(812.5), report.Duration);
        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", report.Trace.TraceId.ToHexString());
        Assert.Equal("00f067aa0ba902b7", report.Trace.SpanId.ToHexString());
    }

    [Theory]
    [InlineData("llm_error", "", Verdict.Count)]
    [InlineData("rate_limit", "", Verdict.Count)]
    [InlineData("rate_limit", ",\"retry_after_ms\":1", Verdict.Gate)]
    [InlineData("unauthorized", "", Verdict.Count)]
    [InlineData("not_found", "", Verdict.Ignore)]
    [InlineData("invalid_input", "", Verdict.Ignore)]
    public void An_error_without_a_verdict_gets_its_codes(string code, string more, Verdict verdict) => Assert.Equal(
        verdict,
        Assert.IsType<ReportError>(Parse($$"""{"component":"llm","event":"error","code":"{{code}}"{{more}}}""").Message).Error.Verdict);

    [Fact]
    public void The_other_events_are_told_as_what_they_are()
    {
        Assert.Equal(
            new ReportSuccess("llm") { Duration = TimeSpan.FromMilliseconds(812) },
            Parse("""{"component":"llm","event":"success","duration_ms":812}""").Message);
        Assert.Equal(
            new ReportRecovery("llm", new ErrorKind(ErrorCode.Timeout, true), 3),
            Parse("""{"component":"llm","event":"recovered","code":"timeout","recoverable":true,"count":3}""").Message);
        Assert.Equal(
            new ReportHealth("memory", ComponentHealth.Degraded, "compaction"),
            Parse("""{"component":"memory","event":"health","status":"degraded","message":"compaction"}""").Message);
        Assert.Equal(new Isolate("llm"), Parse("""{"component":"llm","event":"isolate"}""").Message);
        Assert.Equal(new Reset("llm"), Parse("""{"component":"llm","event":"reset"}""").Message);
        Assert.True(Parse("""{"at":"+90s","event":"end"}""").IsEnd);
    }

    [Fact]
    public void A_recovery_is_of_one_error_unless_it_says_more() =>
        Assert.Equal(1, Assert.IsType<ReportRecovery>(Parse("""{"component":"llm","event":"recovered","code":"timeout"}""").Message).Count);

    [Theory]
    [InlineData("""["error"]""", "not a JSON object")]
    [InlineData("error", "not JSON, at byte 1")]
    [InlineData("""{"event":"end",}""", "not JSON, at byte 16")]
    [InlineData("""{"event":"end"} {}""", "not JSON, at byte 17")]
    [InlineData("""{"event":"end" """, "not JSON, at byte 16")]
    [InlineData("""{"event":"end"/**/}""", "not JSON, at byte 15")]
    [InlineData("""{"event":"end","message":"\ud800"}""", "a text is not Unicode")]
    [InlineData("{}", "'event' is missing; allowed is success, error, recovered, health, isolate, reset or end")]
    [InlineData("""{"event":"boom","component":"llm"}""", "'event' is 'boom'; allowed is success, error, recovered, health, isolate, reset or end")]
    [InlineData("""{"event":7}""", "'event' must be a text")]
    [InlineData("""{"event":"success"}""", "'component' is missing")]
    [InlineData("""{"event":"success","component":null}""", "'component' must be a text")]
    [InlineData("""{"event":"success","component":"LLM"}""", "'component' is 'LLM'; allowed is " + Kairos.ComponentName.Allowed)]
    [InlineData("""{"event":"success","component":"a\nb\u001b[1m"}""", "'component' is 'a b [1m'; allowed is " + Kairos.ComponentName.Allowed)]
    [InlineData("""{"event":"success","component":"llm","at":1}""", "'at' must be a text")]
    [InlineData("""{"event":"success","component":"llm","at":"5s"}""", "'at' is '5s'; " + Times)]
    [InlineData("""{"event":"success","component":"llm","at":"+5"}""", "'at' is '+5'; " + Times)]
    [InlineData("""{"event":"success","component":"llm","at":"+-5s"}""", "'at' is '+-5s'; " + Times)]
    [InlineData("""{"event":"success","component":"llm","at":"+infinite"}""", "'at' is '+infinite'; " + Times)]
    [InlineData("""{"event":"success","component":"llm","at":"2026-01-15T17:50:00"}""", "'at' is '2026-01-15T17:50:00'; " + Times)]
    [InlineData("""{"event":"success","component":"llm","at":"2026-02-30T17:50:00Z"}""", "'at' is '2026-02-30T17:50:00Z'; " + Times)]
    [InlineData("""{"event":"success","component":"llm","at":"15 January 2026 17:50:00Z"}""", "'at' is '15 January 2026 17:50:00Z'; " + Times)]
    [InlineData("""{"event":"success","component":"llm","duration_ms":"812"}""", "'duration_ms' must be a number")]
    [InlineData("""{"event":"success","component":"llm","duration_ms":-0.5}""", "'duration_ms' is -0.5; " + Spans)]
    [InlineData("""{"event":"error","component":"llm"}""", "'code' is missing; " + Codes)]
    [InlineData("""{"event":"error","component":"llm","code":"oops"}""", "'code' is 'oops'; " + Codes)]
    [InlineData("""{"event":"recovered","component":"llm"}""", "'code' is missing; " + Codes)]
    [InlineData("""{"event":"error","component":"llm","code":"timeout","recoverable":"true"}""", "'recoverable' must be true or false")]
    [InlineData("""{"event":"error","component":"llm","code":"timeout","message":["x"]}""", "'message' must be a text")]
    [InlineData("""{"event":"error","component":"llm","code":"timeout","verdict":"open"}""", "'verdict' is 'open'; allowed is count, trip, gate, ignore")]
    [InlineData("""{"event":"error","component":"llm","code":"rate_limit","retry_after_ms":1e300}""", "'retry_after_ms' is 1E+300; allowed is a number of milliseconds from 0 to 31536000000 (a year)")]
    [InlineData("""{"event":"error","component":"llm","code":"timeout","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}""", Traces)]
    [InlineData("""{"event":"error","component":"llm","code":"timeout","trace_id":"4BF9","span_id":"00f067aa0ba902b7"}""", Traces)]
    [InlineData("""{"event":"recovered","component":"llm","code":"timeout","count":0}""", "'count' is 0; allowed is a whole number from 1 to 1000000000")]
    [InlineData("""{"event":"recovered","component":"llm","code":"timeout","count":1.5}""", "'count' is 1.5; allowed is a whole number from 1 to 1000000000")]
    [InlineData("""{"event":"health","component":"llm"}""", "'status' is ''; allowed is unhealthy, degraded, healthy")]
    [InlineData("""{"event":"health","component":"llm","status":"fine"}""", "'status' is 'fine'; allowed is unhealthy, degraded, healthy")]
    [InlineData("""{"event":"end","colour":"red"}""", "unknown field 'colour'; allowed are at, component, event, code, recoverable, message, verdict, retry_after_ms, duration_ms, count, status, trace_id, span_id")]
    public void A_wrong_line_is_told_what_is_wrong_with_it(string line, string fault) =>
        Assert.Equal(fault, Assert.Throws<JournalException>(() => Parse(line)).Message);

    private const string Times = "allowed is an offset from the start like \"+1.5s\", or a time by RFC 3339 like \"2026-01-15T17:50:00Z\"";
    private const string Spans = "allowed is a number of milliseconds from 0 to 31536000000 (a year)";
    private const string Traces = "'trace_id' and 'span_id' go together: 32 and 16 lower-case hexadecimal digits, not all 0";
    private const string Codes =
        "allowed is llm_error, timeout, rate_limit, tool_failure, memory_error, internal_error, not_found, unauthorized, invalid_input";

    private static JournalEvent Parse(string line) => JournalParser.Parse(Encoding.UTF8.GetBytes(line));
}
