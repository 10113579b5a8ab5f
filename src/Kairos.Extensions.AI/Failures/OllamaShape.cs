namespace Kairos.Extensions.AI;

/// <summary>
/// What OllamaSharp throws of its own: an error that stood within an answer of 200, where no worse answer came, and a model that cannot call
/// tools, which is the caller's choice.
/// </summary>
internal static class OllamaShape
{
    private const string Namespace = "OllamaSharp.Models.Exceptions.";

    public static ResponseFacts? FactsOf(Exception exception) =>
        !ReflectedTypes.Is(exception.GetType(), Namespace + "OllamaException") ? null
        : ReflectedTypes.Is(exception.GetType(), Namespace + "ModelDoesNotSupportToolsException")
            ? new ResponseFacts { Status = 0, ErrorCode = "invalid_request_error" }
        : HttpAttemptObserver.FactsOf(exception) ?? new ResponseFacts { Status = 200 };
}
