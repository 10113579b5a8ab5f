using System.Text;
using CsCheck;

namespace Kairos.Tests.Classification;

public sealed class ErrorCodeInBodyTests
{
    [Theory]
    [InlineData("""{"error":{"message":"m","type":"invalid_request_error","param":null,"code":"content_filter"}}""", "content_filter")]
    [InlineData("""{"error":{"message":"m","type":"requests","code":null}}""", "requests")]
    [InlineData("""{"error":{"code":"429","type":"rate_limit_error"}}""", "rate_limit_error")]
    [InlineData("""{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[{"reason":"r"}]}}""", "r")]
    [InlineData("""{"type":"error","error":{"type":"overloaded_error","message":"m"}}""", "overloaded_error")]
    [InlineData("""{"error":"invalid_grant","error_description":"d"}""", "invalid_grant")]
    [InlineData("""{"code":"Arrearage","message":"m"}""", "Arrearage")]
    public void Is_found_where_providers_put_it(string body, string code) => Assert.Equal(code, Read(body));

    [Theory]
    [InlineData("""{"error":{"code":"rate_limit_exceeded","type":"insufficient_quota"}}""", "insufficient_quota")]
    [InlineData("""{"error":{"code":"project_spend_limit_exceeded","type":"insufficient_quota"}}""", "project_spend_limit_exceeded")]
    [InlineData("""{"error":{"type":"rate_limit_error","details":{"error_code":"billing_not_active"}}}""", "billing_not_active")]
    public void Of_several_the_one_that_tells_of_a_used_up_quota_is_taken(string body, string code) => Assert.Equal(code, Read(body));

    [Theory]
    [InlineData("""{"error":{"code":429,"type":"requests","status":"RESOURCE_EXHAUSTED","details":[{"reason":"r"},{"reason":"s"}]}}""", "r,s,429,requests,RESOURCE_EXHAUSTED")]
    [InlineData("""{"error":{"details":{"error_code":"x"},"type":"error"}}""", "x")]
    [InlineData("""{"error":{"metadata":{"flagged_input":"how to"},"code":403}}""", "flagged_input,403")]
    [InlineData("""{"error":{"metadata":{"flagged_input":""},"code":403}}""", "403")]
    [InlineData("""{"error":{"metadata":{"flagged_input":null},"code":403}}""", "403")]
    [InlineData("""{"type":"NotFoundError","code":404,"status":404}""", "404,NotFoundError")]
    [InlineData("""{"status":404}""", "404")]
    [InlineData("""{"status":"failed"}""", "")]
    [InlineData("""{"__type":"ThrottlingException"}""", "ThrottlingException")]
    [InlineData("""{"error":{"__type":"ThrottlingException"}}""", "ThrottlingException")]
    [InlineData("""{"error":"no","error_type":"overloaded"}""", "overloaded,no")]
    [InlineData("""{"error":{"code":"a","innererror":{"code":"b"}},"code":"c"}""", "a,c,b")]
    [InlineData("""{"error":{"code":"a","type":"a"},"code":"a"}""", "a")]
    [InlineData("""[1,{"error":{"code":"a"}}]""", "a")]
    [InlineData("""{"error":[1,{"code":"a"},{"code":"b"}]}""", "a")]
    [InlineData("""{"response":{"error":{"code":"a"}}}""", "a")]
    [InlineData("""{"error":null,"response":{"error":{"code":"a"}}}""", "a")]
    [InlineData("""{"choices":[{"error":null},{"error":{"code":"a"}}]}""", "a")]
    [InlineData("""{"error":{"code":1.5,"type":true}}""", "")]
    [InlineData("""{"error":{"code":"two words","type":"a-b_c.d"}}""", "a-b_c.d")]
    [InlineData("""{"error":{"code":"","type":"a"}}""", "a")]
    [InlineData("\uFEFF{\"code\":\"a\"}", "a")]
    [InlineData("""{"error":{"details":[{"reason":"a"},{"reason":"b"},{"reason":"c"},{"reason":"d"},{"reason":"e"},{"reason":"f"},{"reason":"g"},{"reason":"h"},{"reason":"i"},{"reason":"j"},{"reason":"k"},{"reason":"l"},{"reason":"m"},{"reason":"n"},{"reason":"o"},{"reason":"p"},{"reason":"q"}],"code":"r"}}""", "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p")]
    public void All_that_an_answer_says_in_words_is_kept_the_narrowest_first(string body, string said) =>
        Assert.Equal(said, string.Join(',', ResponseFacts.Of(500, Encoding.UTF8.GetBytes(body)).Reasons));

    [Theory]
    [InlineData("ThrottlingException:http://aws/x", "ThrottlingException,a")]
    [InlineData("ThrottlingException", "ThrottlingException,a")]
    [InlineData("no word:x", "a")]
    [InlineData(null, "a")]
    public void A_word_in_AWSs_header_comes_before_those_of_the_body(string? header, string said)
    {
        var facts = ResponseFacts.Of(500, """{"code":"a"}"""u8.ToArray(), name => name == "x-amzn-errortype" ? header : null);
        Assert.Equal(said, string.Join(',', facts.Reasons));
    }

    [Fact]
    public void A_header_that_a_proxy_hands_on_in_the_body_is_found_behind_the_answers_own()
    {
        var body = """{"error":{"metadata":{"headers":{"Retry-After":7,"X-A":"b","\ud800":"c"}}}}"""u8.ToArray();
        var facts = ResponseFacts.Of(429, body, name => name == "x-a" ? "own" : null);
        Assert.Equal(("7", "own", null), (facts.Header!("retry-after"), facts.Header!("x-a"), facts.Header!("x-b")));
        Assert.Equal("b", ResponseFacts.Of(429, body).Header!("x-a"));
        Assert.Null(ResponseFacts.Of(429, """{"error":{"metadata":{"headers":"x"}}}"""u8.ToArray()).Header);
    }

    [Fact]
    public void The_longest_word_has_64_letters() =>
        Assert.Equal(new string('a', 64), Read("""{"code":"?"}""".Replace("?", new string('a', 64), StringComparison.Ordinal)));

    [Fact]
    public void A_body_that_is_no_JSON_leaves_the_status_and_the_headers()
    {
        var facts = ResponseFacts.Of(500, "<html>"u8.ToArray(), _ => "x");
        Assert.Equal((500, null, "x"), (facts.Status, facts.ErrorCode, facts.Header!("any")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("{\"error\":{\"co")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"insufficient_quota\"")]
    [InlineData("""{"error":null}""")]
    [InlineData("""{"error":"model 'x' not found"}""")]
    [InlineData("""{"error":{"code":"","type":"429"}}""")]
    [InlineData("""{"error":{"code":"\ud800"}}""")]
    [InlineData("""{"error":{"type":"my-own-key-0123456789"}}""")]
    [InlineData("""{"error":{"code":"k3y"}}""")]
    public void There_is_none_where_nobody_wrote_one(string body) => Assert.Null(Read(body));

    [Fact]
    public void A_body_too_long_for_an_error_is_not_looked_at()
    {
        const string Body = """{"code":"Arrearage"}""";
        Assert.Equal("Arrearage", Read(Body.PadRight(32 * 1024)));
        Assert.Null(Read(Body.PadRight((32 * 1024) + 1)));
        Assert.Null(Read("""{"code":"?"}""".Replace("?", new string('a', 65), StringComparison.Ordinal)));
    }

    [Fact]
    public void Any_bytes_can_be_read() =>
        Gen.OneOf(Gen.Byte.Array, Gen.String[Gen.Char["{}[]\":,\\u0dcoerrtyp "], 0, 60].Select(Encoding.UTF8.GetBytes))
            .Sample(bytes => ResponseFacts.ReadErrorCode(bytes) is null or { Length: > 0 and <= 64 });

    private static string? Read(string body) => ResponseFacts.ReadErrorCode(Encoding.UTF8.GetBytes(body));
}
