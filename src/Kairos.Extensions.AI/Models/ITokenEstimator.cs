namespace Kairos;

/// <summary>
/// Counts the tokens of a text as a model will, for <c>call.rate.tokens</c>: before a call there is nothing else to go by. Called by many threads at once. One
/// that throws costs its call's estimate, not the call.
/// </summary>
/// <example>With Microsoft.ML.Tokenizers: <code>public int CountTokens(string text) => tokenizer.CountTokens(text);</code></example>
public interface ITokenEstimator
{
    /// <summary>How many tokens a text has. At least 0.</summary>
    int CountTokens(string text);
}
