namespace Kairos.Components;

/// <summary>
/// Faults on request: strikes the attempts of guarded calls before they reach what they call, so that guard, breaker and metrics take what it
/// provokes for real. Immutable but for what it draws; two that ask for the same are equal, and its text says what it asks for. Thread-safe.
/// </summary>
internal interface IFaultSource
{
    /// <summary>Holds an attempt up, and may let it fail.</summary>
    /// <param name="component">The component that is called.</param>
    /// <param name="time">Where its delay takes time from.</param>
    /// <param name="cancellationToken">The attempt's.</param>
    /// <exception cref="KairosException">The attempt fails.</exception>
    ValueTask StrikeAsync(string component, TimeProvider time, CancellationToken cancellationToken);
}
