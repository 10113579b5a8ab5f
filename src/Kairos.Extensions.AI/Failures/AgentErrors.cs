using Kairos.Extensions.AI;

namespace Kairos;

/// <summary>What the SDKs of models, tools and storages throw, for <see cref="ErrorClassifier"/>. Thread-safe.</summary>
public static class AgentErrors
{
    /// <summary>
    /// A classifier that also understands what is thrown by OpenAI's and Azure's SDKs (System.ClientModel, Azure.Core), Anthropic's, Ollama's,
    /// AWS's and whatever else carries an HTTP status, with their retry-after; by what gives out credentials; by gRPC and MCP clients; and by
    /// Microsoft.Data.Sqlite. None of them is referenced: their exceptions are known by name and shape. Rules that the classifier has still
    /// come first.
    /// </summary>
    /// <remarks>The guards of this package apply it by themselves. It is of use for guards of one's own, and for the whole of Kairos:
    /// <c>options.Classifier = ErrorClassifier.Default.ForAgents()</c>.</remarks>
    public static ErrorClassifier ForAgents(this ErrorClassifier classifier)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        return classifier.WithAdapter(FactsOf).WithStorageAdapter(SqliteShape.ResultCodeOf);
    }

    /// <summary>
    /// What a guard of this package has made of an exception that went through it: the code, the retry-after, and by the keys
    /// <c>provider.error_code</c> and <c>http.response.status_code</c> of its context what the provider said. Null where no guard has seen it. Of use
    /// for the exceptions of tools and memories, which reach the agent as they are; a <see cref="ModelFailedException"/> has all of it itself.
    /// </summary>
    public static KairosError? ErrorOf(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return JudgedErrors.Of(exception);
    }

    private static ResponseFacts? FactsOf(Exception exception)
    {
        if (exception is HttpFailureException) return null; // it holds them itself
        var seen = HttpAttemptObserver.FactsOf(exception);
        if (seen is { IsOfOther: true }) return seen;
        if ((CredentialShape.FactsOf(exception) ?? McpShape.FactsOf(exception) ?? GrpcShape.FactsOf(exception)) is { } known) return known;
        var told = OllamaShape.FactsOf(exception) ?? SdkShape.FactsOf(exception);
        return told is null ? seen : Complete(told, seen);
    }

    /// <summary>What the SDK tells, with what it leaves out of the answer that was seen.</summary>
    private static ResponseFacts Complete(ResponseFacts told, ResponseFacts? seen) => seen is null || seen.Status != told.Status ? told : told with
    {
        ErrorCode = told.ErrorCode ?? seen.ErrorCode,
        Reasons = told.Reasons.Count > 0 ? told.Reasons : seen.Reasons,
        Wait = told.Wait ?? seen.Wait,
        Header = told.Header ?? seen.Header,
        Host = seen.Host,
        IsCut = seen.IsCut,
    };
}
