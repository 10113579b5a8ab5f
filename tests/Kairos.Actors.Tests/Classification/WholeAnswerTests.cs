using System.Text;
using Kairos.Classification;

namespace Kairos.Tests.Classification;

/// <summary>An answer that begins like JSON: it is kept until its end, unless it turns out to be lines of JSON, or too long.</summary>
public sealed class WholeAnswerTests
{
    [Fact]
    public void A_whole_answer_is_read_at_its_end_and_nothing_after_it()
    {
        var reader = new AnswerReader(200, "application/json", null);
        reader.Add("{\"message\":{\"content\":\"a\"}"u8);
        Assert.Equal((0, false), (reader.Pending, reader.Life.Take()));
        reader.Add("}"u8);
        reader.End();
        Assert.True(reader.Life.Take());
        reader.Add("\n{\"error\":{\"code\":429}}\n"u8);
        reader.End();
        Assert.Null(reader.Error);
        Assert.False(reader.Life.Take());
    }

    [Fact]
    public void An_answer_of_several_lines_is_one_whole()
    {
        var reader = new AnswerReader(200, "application/json", null);
        reader.Add("{\n\"message\":\n{\"content\":\"a\"}\n}\n"u8);
        Assert.Equal((0, false), (reader.Pending, reader.Life.Take()));
        reader.End();
        Assert.True(reader.Life.Take());
    }

    [Theory]
    [InlineData("{\"choices\":[{\"delta\":{\"reasoning\":\"a\"}}]}")]
    [InlineData("{\"choices\":[{\"delta\":{\"reasoning\":\"a\"}}]}\n")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"reasoning\":\"a\"}}]}")]
    [InlineData("[1\ndata: {\"choices\":[{\"delta\":{\"reasoning\":\"a\"}}]}\n\n")]
    public void Nothing_is_taken_twice(string body)
    {
        var reader = new AnswerReader(200, null, null);
        reader.Add(Encoding.UTF8.GetBytes(body));
        reader.End();
        Assert.Equal("a", reader.Life.TakeReasoning());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData(null)]
    public void Lines_of_JSON_are_read_as_they_come_whatever_they_call_themselves_and_wherever_they_are_cut(string? type)
    {
        var body = "\n{\"message\":{\"content\":\"a\"}}\r\n{\"message\":{\"content\":\"b\"}}\n{\"mess"u8.ToArray();
        for (var cut = 0; cut <= body.Length; cut++)
        {
            var reader = new AnswerReader(200, type, null);
            reader.Add(body.AsSpan(0, cut));
            reader.Add(body.AsSpan(cut));
            Assert.Equal((true, 6), (reader.Life.Take(), reader.Pending));
            reader.Add("age\":{\"content\":\"c\"}}\n{\"error\":\"no_memory\"}\n"u8);
            Assert.Equal((true, "no_memory"), (reader.Life.Take(), reader.Error?.ErrorCode));
        }
    }

    [Fact]
    public void A_line_of_JSON_whose_text_is_not_Unicode_is_a_line_all_the_same()
    {
        var reader = new AnswerReader(200, "application/json", null);
        reader.Add("{\"choices\":[{\"delta\":{\"\\ud800\":\"a\"}}]}\n{\"error\":\"no_memory\"}\n"u8);
        Assert.Equal("no_memory", reader.Error?.ErrorCode);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void An_answer_is_kept_up_to_its_limit_and_one_above_it_is_read_at_once_as_far_as_that(int above, bool atOnce)
    {
        const string Beginning = "{\"message\":{\"content\":\"a\"},\"x\":\"";
        var reader = new AnswerReader(200, "application/json", null);
        reader.Add(Encoding.UTF8.GetBytes(Beginning.PadRight(AnswerReader.MaxWhole - 2 + above, 'x') + "\"}"));
        Assert.Equal(atOnce, reader.Life.Take());
        reader.End();
        Assert.Equal(!atOnce, reader.Life.Take());
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

    [Theory]
    [InlineData("{\"a\":[1,{\"b\":2 ", "{\"a\":[1,{\"b\":2}]}")]
    [InlineData("{\"a\":1,\"b\"", "{\"a\":1}")]
    [InlineData("{\"a\":{\"b\":1},\"c\":[1,2],", "{\"a\":{\"b\":1},\"c\":[1,2]}")]
    [InlineData("[{\"a\":tru", "[{}]")]
    [InlineData("{\"a\":1,\"b\":42", "{\"a\":1}")]
    [InlineData("42", "")]
    [InlineData("x", "")]
    [InlineData("", "")]
    public void The_beginning_of_JSON_is_closed_behind_its_last_value(string beginning, string whole) =>
        Assert.Equal(whole, Encoding.UTF8.GetString(CutJson.Close(Encoding.UTF8.GetBytes(beginning))));
}
