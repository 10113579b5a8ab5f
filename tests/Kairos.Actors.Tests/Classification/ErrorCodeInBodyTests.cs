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
