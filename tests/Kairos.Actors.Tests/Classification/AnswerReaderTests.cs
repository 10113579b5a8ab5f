using System.Text;
using Kairos.Classification;

namespace Kairos.Tests.Classification;

/// <summary>What is read out of the body of an answer of success while it comes in, in pieces of any size.</summary>
public sealed class AnswerReaderTests
{
    private const string Chunk = """{"choices":[{"index":0,"delta":{"content":"hello"},"finish_reason":null}]}""";

    [Theory]
    [InlineData("""{"error":{"code":429}}""", "429")]
    [InlineData("""[{"error":{"code":429}}]""", "429")]
    [InlineData("{\n  \"error\": {\n    \"code\": 429\n  }\n}\n", "429")]
    [InlineData("""{"choices":[{"finish_reason":"error","error":{"code":502},"message":{"content":""}}]}""", "502")]
    [InlineData("""{"object":"error","message":"no","type":"NotFoundError","code":404}""", "404,NotFoundError")]
    [InlineData("""{"id":"r","object":"response","status":"failed","error":{"code":"server_error","message":"no"}}""", "server_error")]
    [InlineData("data: {\"error\":{\"code\":429}}\n\n", "429")]
    [InlineData("data:{\"error\":{\"code\":429}}\r\n\r\n", "429")]
    [InlineData(" \t\uFEFFdata: {\"error\":{\"code\":429}}\n\n", "429")]
    [InlineData("data: {\"error\":\rdata: {\"code\":429}}\r\r", "429")]
    [InlineData(": wait\n\nevent: error\ndata: {\"message\":\"no\",\"code\":\"Throttling\"}\n\n", "Throttling")]
    [InlineData("event: error\ndata: something went wrong\n\n", "")]
    [InlineData("event: error\n\n", "")]
    [InlineData("event: error\ndata: [1]\n\n", "")]
    [InlineData("data: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}", "overloaded_error")]
    [InlineData("data: {\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":\"rate_limit_exceeded\"}}}\n\n", "rate_limit_exceeded")]
    [InlineData("data: " + Chunk + "\n\ndata: {\"error\":{\"code\":429}}\n\ndata: " + Chunk + "\n\n", "429")]
    [InlineData("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"error\"}]}\n\n", "")]
    [InlineData("data: {\"\\u0065rror\":{\"code\":429}}\n\n", "429")]
    [InlineData("data: {\"error\":{\"code\":\"\\ud800\"}}\n\n", "")]
    [InlineData("{\"message\":{\"content\":\"a\"}}\n{\"error\":\"no_memory\"}\n", "no_memory")]
    [InlineData("{\"error\":{}}", "")]
    [InlineData("data: {\"type\":\"error\",\"code\":\"a\"}\n\n", "a")]
    [InlineData("data: {\"type\":\"response.failed\",\"code\":\"a\"}\n\n", "a,response.failed")]
    [InlineData("[1\ndata: {\"error\":\ndata: {\"code\":429}}\n\n", "429")]
    [InlineData("data: {\"error\":\ndata\ndata: 1}\n\n", "1")]
    [InlineData("[]\n{\"error\":{\"code\":429}}\n", "429")]
    public void An_error_is_found_wherever_it_stands(string body, string said)
    {
        foreach (var size in new[] { 1, 3, 7, 10_000 })
        {
            var reader = Read(body, size);
            Assert.Equal((200, said), (reader.Error?.Status, string.Join(',', reader.Error?.Reasons ?? ["none"])));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("<html>")]
    [InlineData(Chunk)]
    [InlineData("""{"error":null,"choices":[]}""")]
    [InlineData("""{"error":"","choices":[]}""")]
    [InlineData("""{"error":false}""")]
    [InlineData("""{"id":"r","object":"response","status":"completed","error":null}""")]
    [InlineData("""{"choices":[{"message":{"content":"{\"error\":{\"code\":429}}"}}]}""")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"error\"}}]}\n\ndata: [DONE]\n\n")]
    [InlineData(": error\n\nevent: message\ndata: error\n\n")]
    [InlineData("data: {\"type\":\"response.output_item.done\",\"item\":{\"type\":\"mcp_call\",\"error\":\"no\"}}\n\n")]
    [InlineData("retry: 3000\nid: 7\n\n")]
    [InlineData("data: {\"error\":4\ndata: 29}\n\n")]
    public void What_holds_none_is_none(string body)
    {
        foreach (var size in new[] { 1, 3, 10_000 }) Assert.Null(Read(body, size).Error);
    }

    [Fact]
    public void An_answers_error_has_its_status_and_its_headers()
    {
        foreach (var body in new[] { "data: {\"error\":{\"code\":429}}\n\n", "event: error\n\n" })
        {
            var reader = new AnswerReader(201, "text/event-stream", name => name);
            reader.Add(Encoding.UTF8.GetBytes(body));
            Assert.Equal((201, "x"), (reader.Error!.Status, reader.Error.Header!("x")));
        }
    }

    [Fact]
    public void The_first_error_stands_and_the_name_of_an_event_ends_with_it()
    {
        Assert.Equal("a", Read("data: {\"error\":{\"code\":\"a\"}}\n\ndata: {\"error\":{\"code\":\"b\"}}\n\n", 10_000).Error!.ErrorCode);
        Assert.Equal("a", Read("data: 1\n{\"error\":{\"code\":\"a\"}}\n", 10_000).Error!.ErrorCode);
        Assert.Equal("a", Read("event: error\ndata: x\n{\"error\":{\"code\":\"a\"}}\n", 10_000).Error!.ErrorCode);
        Assert.Null(Read("event: error\nevent: message\ndata: x\n\n", 10_000).Error);
        Assert.Null(Read("event: errors\ndata: x\n\n", 10_000).Error);
        Assert.Null(Read("data\n\nevents: error\ndata: x\n\n", 10_000).Error);
    }

    [Theory]
    [InlineData("application/x-ndjson")]
    [InlineData("application/JSONL")]
    [InlineData("application/json-lines")]
    [InlineData("application/jsonlines")]
    [InlineData("application/stream+json")]
    public void An_answer_of_lines_is_read_line_by_line(string type)
    {
        var reader = new AnswerReader(200, type, null);
        reader.Add("{\"mess"u8);
        Assert.Equal(6, reader.Pending);
        reader.Add("age\":{\"content\":\"a\"}}\n"u8);
        Assert.Equal((0, true), (reader.Pending, reader.Life.Take()));
        reader.End();
        Assert.Equal(0, reader.Pending);
    }

    [Fact]
    public void JSON_whose_text_is_not_Unicode_is_JSON_all_the_same() => Assert.Null(Read("event: message\ndata: {\"\\ud800\":{}}\n\n", 7).Error);

    [Fact]
    public void What_has_not_ended_yet_is_counted()
    {
        var reader = new AnswerReader(200, "text/event-stream", null);
        reader.Add("data: 12345\ndata: 67"u8);
        Assert.Equal("12345".Length + "data: 67".Length, reader.Pending);
        reader.Add("\n\n"u8);
        Assert.Equal(0, reader.Pending);
    }

    private static AnswerReader Read(string body, int size)
    {
        var type = body.StartsWith("{\"message\"", StringComparison.Ordinal) ? "application/x-ndjson" : "text/event-stream";
        var reader = new AnswerReader(200, type, null);
        foreach (var piece in Encoding.UTF8.GetBytes(body).Chunk(size)) reader.Add(piece);
        reader.End();
        return reader;
    }
}
