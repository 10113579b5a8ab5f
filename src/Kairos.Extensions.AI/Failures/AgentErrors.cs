using Kairos.Errors;

namespace Kairos.Extensions.AI;

/// <summary>What the SDKs of models, tools and storages throw, for <see cref="ErrorClassifier"/>. Thread-safe.</summary>
public static class AgentErrors
{
    /// <summary>
    /// A classifier that also understands what is thrown by OpenAI's and Azure's SDKs (System.ClientModel, Azure.Core), Anthropic's, Ollama's
    /// and whatever else carries an HTTP status, with their retry-after; by MCP clients; and by Microsoft.Data.Sqlite. None of them is
    /// referenced: their exceptions are known by name and shape. Rules that the classifier has still come first.
    /// </summary>
    /// <remarks>The guards of this package apply it by themselves. It is of use for guards of one's own, and for the whole of Kairos:
    /// <c>options.Classifier = ErrorClassifier.Default.ForAgents()</c>.</remarks>
    public static ErrorClassifier ForAgents(this ErrorClassifier classifier)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        return classifier
            .WithAdapter(HttpWitness.FactsOf)
            .WithAdapter(FactsOf)
            .WithStorageAdapter(SqliteShape.ResultCodeOf);
    }

    private static ResponseFacts? FactsOf(Exception exception)
    {
        if (exception is ModelFailedException { ErrorCode: var code })
            return new ResponseFacts { Status = 200, ErrorCode = AnswerScore.IsCode(code) ? code : null };
        if ((McpShape.FactsOf(exception) ?? OllamaShape.FactsOf(exception)) is { } known) return known;
        return SdkShape.FactsOf(exception) is not { } facts ? null : HttpWitness.Complete(facts, exception);
    }
}
