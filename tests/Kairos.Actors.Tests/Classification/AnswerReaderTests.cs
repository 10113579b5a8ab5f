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
    [InlineData("data: {\"error\":\rdata: {\"code\":429}}\r\r", "429")]
    [InlineData(": wait\n\nevent: error\ndata: {\"message\":\"no\",\"code\":\"Throttling\"}\n\n", "Throttling")]
    [InlineData("event: error\ndata: something went wrong\n\n", "")]
    [InlineData("event: error\n\n", "")]
    [InlineData("data: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}", "overloaded_error")]
    [InlineData("data: {\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":\"rate_limit_exceeded\"}}}\n\n", "rate_limit_exceeded")]
    [InlineData("data: " + Chunk + "\n\ndata: {\"error\":{\"code\":429}}\n\ndata: " + Chunk + "\n\n", "429")]
    [InlineData("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"error\"}]}\n\n", "")]
    [InlineData("data: {\"\\u0065rror\":{\"code\":429}}\n\n", "429")]
    [InlineData("data: {\"error\":{\"code\":\"\\ud800\"}}\n\n", "")]
    [InlineData("{\"message\":{\"content\":\"a\"}}\n{\"error\":\"no_memory\"}\n", "no_memory")]
    [InlineData("{\"error\":{}}", "")]
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
    public void What_holds_none_is_none(string body)
    {
        foreach (var size in new[] { 1, 3, 10_000 }) Assert.Null(Read(body, size).Error);
    }

    [Theory]
    [InlineData(": PROCESSING\n\n: PROCESSING\n\n", false)]
    [InlineData("data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n", false)]
    [InlineData("data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[]}}]}\n\n", false)]
    [InlineData("data: {\"type\":\"message_start\",\"message\":{\"content\":[]}}\n\n", false)]
    [InlineData("data: {\"choices\":[{\"delta\":{\"reasoning\":\"hm\"}}]}\n\n", true)]
    [InlineData("data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0}]}}]}\n\n", true)]
    [InlineData("data: {\"type\":\"content_block_delta\",\"delta\":{}}\n\n", true)]
    [InlineData("data: {\"type\":\"response.reasoning_summary_text.delta\",\"delta\":\"hm\"}\n\n", true)]
    [InlineData("{\"message\":{\"thinking\":\"hm\",\"content\":\"\"}}\n", true)]
    public void Pieces_of_an_answer_are_signs_of_life_and_announcements_are_none(string body, bool alive)
    {
        var reader = Read(body, 5);
        Assert.Equal(alive, reader.Life.Take());
        Assert.False(reader.Life.Take());
    }

    [Fact]
    public void Reasoning_by_the_name_that_SDKs_do_not_read_is_kept_until_it_is_taken()
    {
        var reader = new AnswerReader(200, "text/event-stream", null);
        reader.Add("data: {\"choices\":[{\"delta\":{\"reasoning\":\"a\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"reasoning\":\"b\"}}]}\n\n"u8);
        Assert.Equal("ab", reader.Life.TakeReasoning());
        reader.Add("data: {\"choices\":[{\"delta\":{\"reasoning\":\"c\",\"reasoning_content\":\"c\"}}]}\n\n"u8);
        Assert.Null(reader.Life.TakeReasoning());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData(null)]
    public void Lines_of_JSON_are_read_as_they_come_whatever_they_call_themselves(string? type)
    {
        foreach (var size in new[] { 1, 7, 10_000 })
        {
            var reader = new AnswerReader(200, type, null);
            foreach (var piece in "\n{\"message\":{\"content\":\"a\"}}\r\n"u8.ToArray().Chunk(size)) reader.Add(piece);
            Assert.True(reader.Life.Take());
            reader.Add("{\"mess"u8);
            Assert.Equal(6, reader.Pending);
            foreach (var piece in "age\":{\"content\":\"b\"}}\n{\"error\":\"no_memory\"}\n"u8.ToArray().Chunk(size)) reader.Add(piece);
            Assert.Equal("no_memory", reader.Error?.ErrorCode);
        }
    }

    [Theory]
    [InlineData("{\"error\":{\"code\":429},\"x\":\"", "429")]
    [InlineData("{\"id\":\"a\",\"error\":{\"code\":429,\"message\":\"", "429")]
    [InlineData("[{\"error\":{\"details\":[{\"reason\":\"API_KEY_INVALID\"},{\"x\":\"", "API_KEY_INVALID")]
    [InlineData("{\"error\":{\"message\":\"", "")]
    [InlineData("{\"choices\":[{\"message\":{\"content\":\"", "none")]
    [InlineData("{\"choices\":[],\"error\"", "none")]
    [InlineData("{no JSON", "none")]
    public void Of_a_whole_answer_that_is_too_long_the_beginning_is_looked_through(string beginning, string said)
    {
        var reader = new AnswerReader(200, "application/json", null);
        reader.Add(Encoding.UTF8.GetBytes(beginning));
        for (var i = 0; i < 2000 && reader.Error is null; i++) reader.Add(Enumerable.Repeat((byte)'x', 1024).ToArray());
        reader.End();
        Assert.Equal(said, string.Join(',', reader.Error?.Reasons ?? ["none"]));
        Assert.Equal(0, reader.Pending);
    }

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
