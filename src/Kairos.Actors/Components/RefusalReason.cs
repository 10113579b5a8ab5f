using Kairos.Errors;

namespace Kairos;

/// <summary>Why a report was not taken.</summary>
public enum RefusalReason
{
    /// <summary><c>invalid_name</c>: the name is not one of a component.</summary>
    InvalidName,

    /// <summary><c>max_components</c>: there are as many components as <c>kairos.max-components</c> allows.</summary>
    MaxComponents,

    /// <summary><c>unknown_component</c>: there is no such component, and the message does not create one.</summary>
    UnknownComponent,

    /// <summary><c>nothing_to_recover</c>: more errors are said to have recovered than were recorded.</summary>
    NothingToRecover,

    /// <summary><c>invalid_settings</c>: the settings of a <see cref="ComponentProtocol.Reconfigure"/> are not allowed.</summary>
    InvalidSettings,

    /// <summary><c>removed</c>: the component was removed before the report came.</summary>
    Removed,

    /// <summary><c>unavailable</c>: Kairos did not answer in time, or its actor system has stopped.</summary>
    Unavailable,
}

/// <summary>The wire names of <see cref="RefusalReason"/>. Thread-safe.</summary>
public static class RefusalReasonNames
{
    private static readonly WireNames<RefusalReason> Names = new(
        (RefusalReason.InvalidName, "invalid_name"),
        (RefusalReason.MaxComponents, "max_components"),
        (RefusalReason.UnknownComponent, "unknown_component"),
        (RefusalReason.NothingToRecover, "nothing_to_recover"),
        (RefusalReason.InvalidSettings, "invalid_settings"),
        (RefusalReason.Removed, "removed"),
        (RefusalReason.Unavailable, "unavailable"));

    /// <summary>The wire name, for example <c>max_components</c>.</summary>
    public static string ToWireName(this RefusalReason reason) => Names.NameOf(reason);

    internal static int Count => Names.All.Count;
}

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
