using System.Text;
using System.Text.Json;
using Kairos.Classification;

namespace Kairos.Tests.Classification;

/// <summary>Which pieces of an answer show that it is being made.</summary>
public sealed class AnswerLifeTests
{
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
        var reader = Read(body);
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
    [InlineData("""{"choices":[{"delta":{"role":"assistant"}}]}""", false)]
    [InlineData("""{"choices":[{"delta":{"content":""}}]}""", false)]
    [InlineData("""{"choices":[{"delta":{"content":"a"}}]}""", true)]
    [InlineData("""{"choices":[{"delta":{"role":"assistant","content":"a"}}]}""", true)]
    [InlineData("""{"choices":[{"delta":{"content":"a"}}],"type":"delta"}""", true)]
    [InlineData("""{"choices":[{"delta":{"content":"a"}},{"delta":{"content":"b"}}]}""", true)]
    [InlineData("""{"choices":[{"delta":{"content":[]}}]}""", false)]
    [InlineData("""{"choices":[{"delta":{"content":[1]}}]}""", true)]
    [InlineData("""{"choices":[{"delta":{"index":1}}]}""", true)]
    [InlineData("""{"choices":[{"delta":{"audio":{}}}]}""", true)]
    [InlineData("""{"choices":[{"delta":{"done":true}}]}""", true)]
    [InlineData("""{"choices":[{"delta":{"done":false}}]}""", false)]
    [InlineData("""{"choices":[{"delta":{"content":null}}]}""", false)]
    [InlineData("""{"choices":[{"delta":"a"}]}""", false)]
    [InlineData("""{"type":"x.delta"}""", true)]
    [InlineData("""{"type":"x.deltas"}""", false)]
    [InlineData("""{"message":{"content":"a"}}""", true)]
    [InlineData("""{"message":{"thinking":"a"}}""", true)]
    [InlineData("""{"message":{"tool_calls":[{}]}}""", true)]
    [InlineData("""{"message":{"content":"","thinking":"","tool_calls":[]}}""", false)]
    [InlineData("""{"message":{"role":"a"}}""", false)]
    [InlineData("""{"message":"a"}""", false)]
    public void A_sign_of_life_is_something_that_is_said(string piece, bool alive)
    {
        var life = new AnswerLife();
        using var json = JsonDocument.Parse(piece);
        life.See(json.RootElement);
        Assert.Equal(alive, life.Take());
    }

    private static AnswerReader Read(string body)
    {
        var reader = new AnswerReader(200, "text/event-stream", null);
        foreach (var piece in Encoding.UTF8.GetBytes(body).Chunk(5)) reader.Add(piece);
        reader.End();
        return reader;
    }
}
