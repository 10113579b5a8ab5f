namespace Kairos;

/// <summary>
/// A component's worker could not take a message: it was down for too long, too many messages waited for it, or it went down over this very
/// one. The component is not blamed for it: the crash itself is its error, and is counted once.
/// </summary>
public sealed class WorkerUnavailableException : Exception, ICarriesError
{
    internal WorkerUnavailableException(string component, string why)
        : base($"The worker of '{component}' {why}.") => Component = component;

    /// <summary>The component whose worker was asked.</summary>
    public string Component { get; }

    /// <summary>What it means to a guard further out: worth trying again, and nobody's fault anew.</summary>
    KairosError? ICarriesError.Error => new(ErrorCode.InternalError, Message) { Recoverable = true, Verdict = Verdict.Ignore };
}
