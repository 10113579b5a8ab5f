namespace Kairos;

/// <summary>A message for a component could not be taken.</summary>
/// <param name="component">The name it was for, cut to 128 characters.</param>
/// <param name="reason">Why.</param>
public sealed class ComponentRefusedException(string component, RefusalReason reason)
    : Exception($"'{component}': {Describe(reason)}")
{
    /// <summary>The name that the message was for.</summary>
    public string Component { get; } = component;

    /// <summary>Why it was not taken.</summary>
    public RefusalReason Reason { get; } = reason;

    private static string Describe(RefusalReason reason) => reason switch
    {
        RefusalReason.InvalidName => "not the name of a component; allowed: " + ComponentName.Allowed,
        RefusalReason.MaxComponents => "there are as many components as kairos.max-components allows",
        RefusalReason.UnknownComponent => "there is no such component",
        RefusalReason.Removed => "the component was removed",
        RefusalReason.Unavailable => "Kairos did not answer in time, or its actor system has stopped",
        RefusalReason.InvalidSettings => "the settings are not allowed",
        _ => "more errors are said to have recovered than were recorded",
    };
}
