namespace Kairos;

/// <summary>An exception whose meaning is already known; classifying it yields that error.</summary>
internal interface ICarriesError
{
    /// <summary>The error; null leaves the exception to the other rules.</summary>
    KairosError? Error { get; }
}

/// <summary>
/// A failure that the application has classified itself, for example a model's answer that it refuses. <see cref="ErrorClassifier"/>
/// yields the error unchanged.
/// </summary>
/// <param name="error">What went wrong.</param>
public class KairosException(KairosError error) : Exception(error?.Message, error?.Cause), ICarriesError
{
    /// <summary>What went wrong.</summary>
    public KairosError Error { get; } = error ?? throw new ArgumentNullException(nameof(error));
}
