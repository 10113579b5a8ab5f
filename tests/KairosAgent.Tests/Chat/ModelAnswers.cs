using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace KairosAgent.Tests.Chat;

/// <summary>What a model behind OpenAI's protocol answers.</summary>
internal static class ModelAnswers
{
    public static Func<HttpContext, Task> Stream(params string[] choices) => async context =>
    {
        context.Response.ContentType = "text/event-stream";
        foreach (var choice in choices)
        {
            await context.Response.WriteAsync(
                $$$"""data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"small","choices":[{"index":0,{{{choice}}} }]}""" + "\n\n");
            await context.Response.Body.FlushAsync();
        }

        await context.Response.WriteAsync("data: [DONE]\n\n");
    };

    public static string Said(string text) => $$$"""
        "delta":{"role":"assistant","content":{{{JsonSerializer.Serialize(text)}}}},"finish_reason":null
        """;

    public static string Call(string tool, string arguments) => $$"""
        "delta":{"role":"assistant","tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"{{tool}}","arguments":{{JsonSerializer.Serialize(arguments)}} } }]},"finish_reason":null
        """;

    public static string End(string reason) => $$"""
        "delta":{},"finish_reason":"{{reason}}"
        """;

    public static Func<HttpContext, Task> Refuse(int status, string code, string? retryAfter = null) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        if (retryAfter is not null) context.Response.Headers.RetryAfter = retryAfter;
        return context.Response.WriteAsync($$$"""{"error":{"message":"not for the owner of {{{ModelSettings.Key}}}","type":"x","code":"{{{code}}}"}}""");
    };

    /// <summary>A stream of events that are written as they stand.</summary>
    public static Func<HttpContext, Task> Events(params string[] events) => async context =>
    {
        context.Response.ContentType = "text/event-stream";
        foreach (var data in events) await context.Response.WriteAsync($"data: {data}\n\n");
    };
}
