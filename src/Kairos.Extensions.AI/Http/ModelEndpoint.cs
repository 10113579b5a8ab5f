using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>Where a model is, so that what other hosts answer is not taken for its answer. Immutable.</summary>
/// <param name="component">The model's component.</param>
/// <param name="provider">Where its client says that it is; null where it does not say.</param>
/// <param name="limits">What may come in.</param>
/// <param name="told">Takes the headers of each answer of the model's.</param>
internal sealed class ModelEndpoint(string component, Uri? provider, AnswerLimits limits, Action<Func<string, string?>>? told = null)
{
    /// <summary>What requests to models end with, whatever host a handler beneath the SDK sends them to.</summary>
    private static readonly string[] Paths =
        ["/completions", "/responses", "/messages", "/embeddings", "/chat", "/generate", "/embed", "/converse", "/converse-stream", "/invoke", "generatecontent"];

    public string Component => component;

    public AnswerLimits Limits => limits;

    /// <summary>The model has begun to answer.</summary>
    public void Answers(WitnessedAnswer answer)
    {
        if (!answer.IsOther) told?.Invoke(answer.Header);
    }

    /// <summary>Where a model's client says that it is.</summary>
    public static Uri? Of(IChatClient client) => client.GetService<ChatClientMetadata>()?.ProviderUri;

    /// <summary>Whether a request goes elsewhere: for credentials, most likely.</summary>
    public bool IsOther(Uri? asked) =>
        provider is { IsAbsoluteUri: true }
        && asked is { IsAbsoluteUri: true }
        && !string.Equals(asked.Authority, provider.Authority, StringComparison.OrdinalIgnoreCase)
        && !Paths.Any(path => asked.AbsolutePath.EndsWith(path, StringComparison.OrdinalIgnoreCase));
}

/// <summary>How much of an answer may come in, in bytes.</summary>
/// <param name="Answer">Of a whole answer, or a whole stream.</param>
/// <param name="Line">Of one line or event of a stream.</param>
/// <param name="Failure">Of the body of an answer that failed; the rest of it is not read.</param>
internal readonly record struct AnswerLimits(long Answer, int Line, int Failure);
