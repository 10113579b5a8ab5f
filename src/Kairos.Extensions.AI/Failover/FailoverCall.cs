namespace Kairos.Extensions.AI;

/// <summary>One request on its way through the models. Used by one flow.</summary>
internal sealed class FailoverCall(ChatCall request)
{
    public ChatCall Request => request;

    /// <summary>The component that answered.</summary>
    public string? AnsweredBy { get; set; }

    /// <summary>How the last model that was really called failed. It tells more than that another one was not called.</summary>
    public (FailoverRoute Route, Exception Exception)? LastFailure { get; private set; }

    public void Fail(FailoverRoute route, Exception exception) => LastFailure = (route, exception);
}
