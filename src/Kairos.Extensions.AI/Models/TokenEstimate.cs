using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>
/// How many tokens a request will use. Input is counted, by the application's <see cref="ITokenEstimator"/> or by length; output is what answers had lately.
/// Thread-safe.
/// </summary>
internal sealed class TokenEstimate(ITokenEstimator? estimator)
{
    /// <summary>What a token of English is long, as the providers say: four letters.</summary>
    private const int LettersOfToken = 4;

    private const int TokensOfMessage = 4; // its role, and what stands between two
    private const int TokensOfFile = 1000; // a picture of usual size
    private const double OutputAtFirst = 256;
    private const double WeightOfNewest = 0.1;

    private double _output = OutputAtFirst;

    /// <summary>What a text of so many letters has.</summary>
    public static long OfLength(long letters) => (letters + LettersOfToken - 1) / LettersOfToken;

    /// <summary>What a conversation will use, answer included.</summary>
    public long Of(ChatCall call) => InputOf(call) + OutputOf(call.Options);

    /// <summary>What a conversation has itself, with the tools that it may call.</summary>
    public long InputOf(ChatCall call)
    {
        long tokens = CountOf(call.Options?.Instructions);
        foreach (var message in call.Messages) tokens += TokensOfMessage + message.Contents.Sum(CountOf);
        foreach (var tool in call.Options?.Tools ?? [])
        {
            tokens += CountOf(tool.Name) + CountOf(tool.Description);
            if (tool is AIFunctionDeclaration function) tokens += CountOf(function.JsonSchema.GetRawText());
        }

        return tokens;
    }

    /// <summary>What an answer will have: what those had lately, and no more than it may.</summary>
    public long OutputOf(ChatOptions? options) => (long)Math.Min(Volatile.Read(ref _output), options?.MaxOutputTokens ?? double.MaxValue);

    /// <summary>What texts will use, which get no answer.</summary>
    public long Of<T>(IReadOnlyList<T> inputs) => inputs.Sum(input => input is string text ? CountOf(text) : (long)TokensOfFile);

    /// <summary>An answer had so many tokens of output.</summary>
    public void Learn(long output)
    {
        var before = Volatile.Read(ref _output);
        Volatile.Write(ref _output, before + (WeightOfNewest * (output - before))); // two at a time cost one of them: it is an average
    }

    private long CountOf(AIContent content) => content switch
    {
        TextContent text => CountOf(text.Text),
        TextReasoningContent reasoning => CountOf(reasoning.Text),
        FunctionCallContent call => CountOf(call.Name) + (call.Arguments?.Sum(argument => CountOf(argument.Key) + CountOf(TextOf(argument.Value))) ?? 0),
        FunctionResultContent result => CountOf(TextOf(result.Result)),
        DataContent or UriContent or HostedFileContent => TokensOfFile,
        _ => 0,
    };

    /// <summary>What a tool was given or gave. How it is written is somebody else's code, which costs its own part of the estimate where it throws.</summary>
    private static string? TextOf(object? value)
    {
        try
        {
            return value?.ToString();
        }
        catch (Exception)
        {
            return null;
        }
    }

    private long CountOf(string? text)
    {
        if (string.IsNullOrEmpty(text)) return 0;
        if (estimator is null) return OfLength(text.Length);
        try
        {
            return Math.Max(0, estimator.CountTokens(text));
        }
        catch (Exception)
        {
            return OfLength(text.Length); // somebody else's code
        }
    }
}
