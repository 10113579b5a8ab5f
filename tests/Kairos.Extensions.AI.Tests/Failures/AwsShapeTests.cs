using System.Net;
using Amazon.BedrockRuntime.Model;
using Amazon.Runtime;

namespace Kairos.Extensions.AI.Tests.Failures
{
    /// <summary>What AWS's SDK throws of Bedrock: a status and a code, or within a stream a type of its own and nothing else.</summary>
    public sealed class AwsShapeTests
    {
        [Theory]
        [InlineData(429, "ThrottlingException", ErrorCode.RateLimit, Verdict.Count)]
        [InlineData(400, "ThrottlingException", ErrorCode.RateLimit, Verdict.Count)]
        [InlineData(400, "ValidationException", ErrorCode.InvalidInput, Verdict.Ignore)]
        [InlineData(400, "ExpiredTokenException", ErrorCode.Unauthorized, Verdict.Trip)]
        [InlineData(400, "ServiceQuotaExceededException", ErrorCode.RateLimit, Verdict.Trip)]
        [InlineData(403, "AccessDeniedException", ErrorCode.Unauthorized, Verdict.Trip)]
        [InlineData(404, "ResourceNotFoundException", ErrorCode.NotFound, Verdict.Trip)]
        [InlineData(408, "ModelTimeoutException", ErrorCode.Timeout, Verdict.Count)]
        [InlineData(424, "ModelErrorException", ErrorCode.LlmError, Verdict.Count)]
        [InlineData(503, "ServiceUnavailableException", ErrorCode.LlmError, Verdict.Count)]
        public void A_status_and_a_code_mean_what_they_say(int status, string code, ErrorCode expected, Verdict verdict)
        {
            var error = Classify(new AmazonServiceException("no") { StatusCode = (HttpStatusCode)status, ErrorCode = code });

            Assert.Equal((expected, verdict, code), (error.Code, error.Verdict, error.Context["provider.error_code"]));
        }

        [Fact]
        public void An_event_of_a_stream_is_known_by_its_type() => Assert.Equal(
            (ErrorCode.RateLimit, Verdict.Count), (Classify(new ThrottlingException("no")).Code, Classify(new ThrottlingException("no")).Verdict));

        private static KairosError Classify(Exception exception) => ErrorClassifier.Default.ForAgents().Classify(exception, new ClassificationContext("llm"));
    }
}

namespace Amazon.Runtime
{
    /// <summary>The exception of a package that is not referenced, known by its name.</summary>
    public class AmazonServiceException(string message) : Exception(message)
    {
        public HttpStatusCode StatusCode { get; set; }

        public string? ErrorCode { get; set; }
    }
}

namespace Amazon.BedrockRuntime.Model
{
    public sealed class ThrottlingException(string message) : AmazonServiceException(message);
}
