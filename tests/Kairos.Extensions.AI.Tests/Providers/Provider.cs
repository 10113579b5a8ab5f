using System.ClientModel;
using System.ClientModel.Primitives;
using Anthropic;
using Microsoft.Extensions.AI;
using OllamaSharp;
using OpenAI;

namespace Kairos.Extensions.AI.Tests.Providers;

/// <summary>Real SDKs, with their own retries turned off.</summary>
public static class Provider
{
    public const string OpenAI = "OpenAI";
    public const string Responses = "OpenAI Responses";
    public const string Anthropic = "Anthropic";
    public const string Ollama = "Ollama";

    public static IChatClient ClientOf(string provider, Uri url) => provider switch
    {
        OpenAI => OpenAIClient(url).GetChatClient("m").AsIChatClient(),
        Responses => OpenAIClient(url).GetResponsesClient().AsIChatClient("m"),
        Anthropic => new AnthropicClient { BaseUrl = url.ToString().TrimEnd('/'), ApiKey = "k", MaxRetries = 0 }.AsIChatClient("m", 10),
        Ollama => new OllamaApiClient(url, "m"),
        _ => throw new ArgumentOutOfRangeException(nameof(provider)),
    };

    public static OpenAIClient OpenAIClient(Uri url, PipelinePolicy? retries = null) => new(
        new ApiKeyCredential("k"),
        new OpenAIClientOptions { Endpoint = url, RetryPolicy = retries ?? new ClientRetryPolicy(0) });
}
