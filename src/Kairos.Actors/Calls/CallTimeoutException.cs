using System.Globalization;
using Kairos.Calls;
using Kairos.Configuration;

namespace Kairos;

/// <summary>A guarded call did not end within one of its guard's limits. The exception that ended it is the inner one.</summary>
public sealed class CallTimeoutException : TimeoutException
{
    internal CallTimeoutException(string component, TimeLimit limit, Exception inner)
        : base(string.Create(CultureInfo.InvariantCulture, $"'{component}' did not answer within {Durations.Write(limit.Whole)} ({limit.Name})."), inner)
    {
        Component = component;
        Limit = limit.Whole;
        Setting = limit.Name;
    }

    /// <summary>The component that was called.</summary>
    public string Component { get; }

    /// <summary>The limit, as it is set.</summary>
    public TimeSpan Limit { get; }

    /// <summary>The key of the setting that the limit comes from, for example <c>call.attempt-timeout</c>; <c>the turn's CallBudget</c> where it is that.</summary>
    public string Setting { get; }
}
