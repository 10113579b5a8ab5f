using System.ClientModel;
using System.ClientModel.Primitives;
using Kairos;
using KairosAgent.Settings;
using KairosAgent.Text;
using Microsoft.Extensions.AI;
using OpenAI;

namespace KairosAgent.Models;

/// <summary>A model behind an endpoint that speaks OpenAI's protocol. Its SDK's own retries and time limits are off: the guard has them.</summary>
internal static class RemoteModel
{
    private const string NoKey = "none"; // the SDK insists on one; servers without keys do not look at it

    public static IChatClient Create(ModelOptions options)
    {
        var secrets = new Secrets(options.ApiKey);
        var http = new HttpClient(new KeyScrubber(secrets)) { Timeout = Timeout.InfiniteTimeSpan };
        var settings = new OpenAIClientOptions
        {
            Endpoint = new Uri(options.BaseUrl),
            Transport = new HttpClientPipelineTransport(http),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
        };
        var key = new ApiKeyCredential(options.ApiKey.Length == 0 ? NoKey : options.ApiKey);
        return new ScrubbedChatClient(new OpenAIClient(key, settings.WithoutRetries()).GetChatClient(options.Name).AsIChatClient(), secrets);
    }
}
